# Words of the outbox: states and subjects of messages, acts, one message in detail.

message-pending = Waiting
message-sent = Sent
message-failed = Failed
message-held = Held
message-superseded = Replaced
message-not-needed = Not needed
message-expired = Too late

stage-series-booked = Course booked
stage-series-held = Course held
stage-series-changed = Course changed
stage-visit-booked = Visit booked
stage-visit-moved = Visit moved
stage-visit-cancelled = Visit canceled
stage-patient-reminder = Reminder
stage-driver-last-call = Last call to name a driver
stage-driver-declined = Driver said no
stage-driver-asked = Driver asked
stage-driver-reminder = Reminder for the driver
stage-driver-moved = Drive moved
stage-driver-released = Drive no longer needed

outbox-title = Outbox
outbox-tabs = Messages by state
outbox-tab-waiting = Waiting
outbox-tab-sent = Sent
outbox-tab-failed = Failed
outbox-tab-held = Held
outbox-tab-not-needed = Not needed
outbox-empty-waiting = No messages in the next 7 days.
outbox-empty-sent = No message has been sent yet.
outbox-empty-failed = No message failed.
outbox-empty-held = No message is held.
outbox-empty-not-needed = No message was replaced or dropped.
outbox-no-mail = Mail is not set up. Messages are kept here and as files in { $folder }; nobody receives them.
outbox-head-when = When
outbox-head-to = To
outbox-head-about = About
outbox-head-state = State
outbox-head-act = Act
outbox-no-address = no address
outbox-unknown = Not known
outbox-driver-of = { $driver }, driver of { $patient }
outbox-about-visit = { $stage }: { $visit }, { $when }
outbox-goes-at = Goes at { $when }
outbox-goes-now = Goes now
outbox-again-at = Tries again at { $when }: { $why }
outbox-sent-at = Sent { $when }
outbox-failed = Failed
outbox-failed-why = Failed: { $why }
outbox-held-no-address = Held: no address
outbox-held-stopped = Held: stopped by staff
outbox-superseded = Replaced by a newer message
outbox-not-needed = Not needed
outbox-not-needed-why = Not needed: { $why }
outbox-expired = Its time passed before it could go
outbox-twice = May have arrived twice: the connection broke after sending
outbox-act-stop = Stop
outbox-act-again = Send again
outbox-act-release = Release and send now
outbox-fix-address = Fix address
outbox-stopped-flash = Stopped. The message is held.
outbox-again-flash = The message goes again now.
outbox-released-flash = Released. The message goes now.
outbox-changed = This message changed meanwhile. Nothing was done.

outbox-message-title = Message to { $to }
outbox-subject = Subject
outbox-planned = Planned
outbox-useful-until = Of use until
outbox-tries-label = Failed tries
outbox-tries = { $n ->
    [0] None
   *[other] { $n }
}
outbox-message-id = Message-ID
outbox-text = Text
outbox-unwritten = Written when it goes, from what is true then.
outbox-html = HTML
outbox-calendar = Calendar part
outbox-calendar-method = Method: { $method }
outbox-calendar-raw = As sent
outbox-event-what = What
outbox-event-from = From
outbox-event-to = To
outbox-back = Back to the outbox
