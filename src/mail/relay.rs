//! Where the mail server is and how it is spoken to, read from `smtp_url`.

use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::TlsParameters;
use lettre::transport::smtp::extension::ClientId;

/// Port of plain SMTP.
const SMTP_PORT: u16 = 25;
/// Port of submission, with STARTTLS.
const SUBMISSION_PORT: u16 = 587;
/// Port of submission over TLS from the first byte.
const SUBMISSIONS_PORT: u16 = 465;

/// What keeps the conversation from other eyes.
#[derive(Clone)]
pub enum Security {
    /// Nothing.
    Plain,
    /// STARTTLS where the server offers it.
    Offered(TlsParameters),
    /// STARTTLS, or nothing is sent.
    Required(TlsParameters),
    /// TLS from the first byte.
    Wrapped(TlsParameters),
}

/// A mail server.
#[derive(Clone)]
pub struct Relay {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// What keeps the conversation from other eyes.
    pub security: Security,
    /// Name and password, if it asks for them.
    pub credentials: Option<Credentials>,
    /// The name this program greets it with.
    pub hello: ClientId,
}

impl Relay {
    /// Reads `smtp://host:port`, `smtp://user:password@host:587?tls=required` (or `opportunistic`) or `smtps://user:password@host`;
    /// a path is the name to greet with. User and password may be percent-encoded.
    ///
    /// # Errors
    /// What cannot be read.
    pub fn parse(url: &str) -> Result<Self, String> {
        let (scheme, rest) = url.split_once("://").ok_or("an address begins with smtp:// or smtps://")?;
        let (authority, tail) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        let tail = tail.split('#').next().unwrap_or_default();
        let (path, query) = tail.split_once('?').unwrap_or((tail, ""));
        // The last @ ends the credentials: a password may hold one itself.
        let (login, place) = match authority.rsplit_once('@') {
            Some((login, place)) => (Some(login), place),
            None => (None, authority),
        };
        let (host, port) = match place.strip_prefix('[') {
            Some(six) => {
                let (host, after) = six.split_once(']').ok_or("the host's ] is missing")?;
                (host, after.strip_prefix(':'))
            }
            None => match place.split_once(':') {
                Some((host, port)) => (host, Some(port)),
                None => (place, None),
            },
        };
        if host.is_empty() {
            return Err("the host is missing".to_owned());
        }
        let port = match port {
            Some(text) => Some(text.parse::<u16>().map_err(|_| format!("{text:?} is no port"))?),
            None => None,
        };
        let tls = || TlsParameters::new(host.to_owned()).map_err(|error| error.to_string());
        let wished = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "tls");
        let wished = wished.map(|(_, value)| value.into_owned());
        let (security, usual) = match (scheme, wished.as_deref()) {
            ("smtp", None) => (Security::Plain, SMTP_PORT),
            ("smtp", Some("opportunistic")) => (Security::Offered(tls()?), SUBMISSION_PORT),
            ("smtp", Some("required")) => (Security::Required(tls()?), SUBMISSION_PORT),
            ("smtps", _) => (Security::Wrapped(tls()?), SUBMISSIONS_PORT),
            ("smtp", Some(other)) => return Err(format!("tls={other} is not required or opportunistic")),
            (other, _) => return Err(format!("{other}:// is not smtp:// or smtps://")),
        };
        let credentials = match login.and_then(|login| login.split_once(':')) {
            Some((user, password)) => Some(Credentials::new(decoded(user)?, decoded(password)?)),
            None => None,
        };
        let name = path.trim_matches('/');
        let hello = if name.is_empty() { ClientId::default() } else { ClientId::Domain(name.to_owned()) };
        let port = port.unwrap_or(usual);
        Ok(Self { host: host.to_owned(), port, security, credentials, hello })
    }
}

/// A part of an address with its %20 and the like read; what is no such code stays as it is.
fn decoded(text: &str) -> Result<String, String> {
    let bytes = text.as_bytes();
    let (mut out, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while let Some(byte) = bytes.get(at) {
        let code = text.get(at + 1..at + 3).filter(|code| code.bytes().all(|b| b.is_ascii_hexdigit()));
        let code = code.filter(|_| *byte == b'%').and_then(|code| u8::from_str_radix(code, 16).ok());
        out.push(code.unwrap_or(*byte));
        at += if code.is_some() { 3 } else { 1 };
    }
    String::from_utf8(out).map_err(|_| "user and password must be UTF-8".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(url: &str) -> Relay {
        Relay::parse(url).unwrap()
    }

    #[test]
    fn an_address_names_host_port_and_what_keeps_it_from_other_eyes() {
        let plain = read("smtp://127.0.0.1:2525");
        assert_eq!((plain.host.as_str(), plain.port), ("127.0.0.1", 2525));
        assert!(matches!(plain.security, Security::Plain) && plain.credentials.is_none());
        assert_eq!(read("smtp://relay.test").port, 25);
        let required = read("smtp://relay.test?tls=required");
        assert!(matches!(required.security, Security::Required(_)) && required.port == 587);
        let offered = read("smtp://relay.test/?tls=opportunistic");
        assert!(matches!(offered.security, Security::Offered(_)));
        let wrapped = read("smtps://relay.test");
        assert!(matches!(wrapped.security, Security::Wrapped(_)) && wrapped.port == 465);
        let six = read("smtp://[::1]:26");
        assert_eq!((six.host.as_str(), six.port), ("::1", 26));
    }

    #[test]
    fn a_password_may_hold_signs_of_its_own() {
        let expected = Credentials::new("clinic@harbor.test".to_owned(), "s3:cr@t%".to_owned());
        assert_eq!(read("smtps://clinic%40harbor.test:s3:cr@t%25@relay.test").credentials, Some(expected));
        assert!(read("smtp://clinic@relay.test").credentials.is_none(), "a name alone is no login");
    }

    #[test]
    fn a_path_is_the_name_to_greet_with() {
        assert_eq!(read("smtp://relay.test/clinic.test").hello, ClientId::Domain("clinic.test".to_owned()));
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        for (url, said) in [
            ("relay.test:25", "smtp://"),
            ("smtp://", "host"),
            ("smtp://relay.test:mail", "\"mail\""),
            ("smtp://relay.test?tls=maybe", "tls=maybe"),
            ("http://relay.test", "http://"),
        ] {
            let error = Relay::parse(url).err().unwrap();
            assert!(error.contains(said), "{url}: {error}");
        }
    }
}
