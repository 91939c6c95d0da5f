//! The line between the scripted mail server and its client: bytes in, lines out, TLS from the middle on.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// Signs both certificates; made for these tests, its own key is gone.
pub const AUTHORITY: &[u8] = include_bytes!("certificates/authority.pem");
const KEY: &[u8] = include_bytes!("certificates/key.pem");

/// What the server shows who it is with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certificate {
    /// For 127.0.0.1.
    Good,
    /// For another name.
    OtherName,
}

impl Certificate {
    fn config(self) -> Arc<ServerConfig> {
        let pem: &[u8] = match self {
            Self::Good => include_bytes!("certificates/good.pem"),
            Self::OtherName => include_bytes!("certificates/other.pem"),
        };
        let chain: Vec<CertificateDer<'static>> =
            CertificateDer::pem_slice_iter(pem).collect::<Result<_, _>>().expect("a certificate");
        let key = PrivateKeyDer::from_pem_slice(KEY).expect("a key");
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions of TLS")
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .expect("a certificate and its key");
        Arc::new(config)
    }
}

enum Stream {
    Plain(TcpStream),
    Tls(Box<StreamOwned<ServerConnection, TcpStream>>),
}

/// One connection.
pub struct Wire {
    stream: Stream,
    pending: Vec<u8>,
}

impl Wire {
    pub fn new(stream: TcpStream) -> Self {
        // A small answer goes at once, as from any real server.
        stream.set_nodelay(true).ok();
        Self { stream: Stream::Plain(stream), pending: Vec::new() }
    }

    /// Goes on under TLS.
    pub fn encrypt(self, certificate: Certificate) -> std::io::Result<Self> {
        let stream = match self.stream {
            Stream::Plain(stream) => {
                let server = ServerConnection::new(certificate.config()).map_err(std::io::Error::other)?;
                Stream::Tls(Box::new(StreamOwned::new(server, stream)))
            }
            encrypted @ Stream::Tls(_) => encrypted,
        };
        Ok(Self { stream, pending: Vec::new() })
    }

    /// The next line with its end; `None` when the client has hung up.
    pub fn line(&mut self) -> std::io::Result<Option<Vec<u8>>> {
        loop {
            if let Some(at) = self.pending.iter().position(|byte| *byte == b'\n') {
                return Ok(Some(self.pending.drain(..=at).collect()));
            }
            let mut chunk = [0; 8192];
            let read = match &mut self.stream {
                Stream::Plain(stream) => stream.read(&mut chunk)?,
                Stream::Tls(stream) => stream.read(&mut chunk)?,
            };
            if read == 0 {
                return Ok(None);
            }
            self.pending.extend_from_slice(&chunk[..read]);
        }
    }

    pub fn say(&mut self, words: &[u8]) -> std::io::Result<()> {
        match &mut self.stream {
            Stream::Plain(stream) => stream.write_all(words),
            Stream::Tls(stream) => stream.write_all(words).and_then(|()| stream.flush()),
        }
    }

    /// One byte after the other.
    pub fn drip(&mut self, words: &[u8], pause: Duration) -> std::io::Result<()> {
        for byte in words {
            std::thread::sleep(pause);
            self.say(&[*byte])?;
        }
        Ok(())
    }
}
