# Words of mail that comes back.

bounce-hard = Came back
bounce-soft = Came back, may pass
bounce-delayed = Late, still on its way

outbox-came-back = Came back
outbox-came-back-at = Came back { $when }: { $why }
outbox-held-bounced = Held: mail to this address comes back

work-address-bounced = Mail comes back
worklist-bounced = Mail to { $name } comes back. Call, and put the address right

chart-mail-bounces = Mail comes back since { $when }. Call, and put the address right
chart-driver-mail-bounces = mail comes back
drivers-mail-bounces = Mail to { $name } comes back
driver-mail-bounces = Mail to this address comes back since { $when }

bounce-again = Write there again
bounce-again-flash = { $n ->
    [0] Mail goes there again.
    [one] Mail goes there again. 1 message goes now or at its time.
   *[other] Mail goes there again. { $n } messages go now or at their time.
}
bounce-again-changed = Nothing stands against this address any more.

delivery-came-back = { $n ->
    [one] 1 message came back in the last hour.
   *[other] { $n } messages came back in the last hour.
}

audit-message-bounced = A message came back
audit-patient-address_bounced = Mail to the patient comes back
audit-driver-address_bounced = Mail to the driver comes back
audit-patient-address_again = Wrote to the patient's address again
audit-driver-address_again = Wrote to the driver's address again
