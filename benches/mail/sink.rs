//! A mail server that takes everything: in this process, to look at what came, or in one of its own, to leave this one's time alone.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

/// A sink in a process of its own; it ends with this.
pub struct Process {
    child: Child,
    pub address: SocketAddr,
}

impl Process {
    pub fn start() -> Self {
        let me = std::env::current_exe().unwrap();
        let mut child = Command::new(me).arg("sink").stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self { child, address: line.trim().parse().unwrap() }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// What [`Process`] runs: says its address and takes mails until it is killed.
pub fn run() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    println!("{}", listener.local_addr().unwrap());
    listen(&listener, |_| {});
}

/// A sink in this process that keeps every mail whole.
pub fn keeping() -> (SocketAddr, Arc<Mutex<Vec<Vec<u8>>>>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    let kept = Arc::new(Mutex::new(Vec::new()));
    let mails = Arc::clone(&kept);
    std::thread::spawn(move || listen(&listener, move |mail| mails.lock().unwrap().push(mail.to_vec())));
    (address, kept)
}

/// A sink in this process that keeps the Message-IDs, as they stand before the @.
pub fn counting() -> (SocketAddr, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    let kept = Arc::new(Mutex::new(Vec::new()));
    let ids = Arc::clone(&kept);
    std::thread::spawn(move || listen(&listener, move |mail| ids.lock().unwrap().push(message_id(mail))));
    (address, kept)
}

fn message_id(mail: &[u8]) -> String {
    let text = String::from_utf8_lossy(mail);
    let line = text.lines().find_map(|line| line.strip_prefix("Message-ID: <")).unwrap();
    line.split('@').next().unwrap().to_owned()
}

fn listen(listener: &TcpListener, taken: impl Fn(&[u8]) + Clone + Send + 'static) {
    for stream in listener.incoming() {
        let taken = taken.clone();
        // A client that hangs up ends its conversation.
        std::thread::spawn(move || serve(stream.unwrap(), taken).ok());
    }
}

fn serve(stream: TcpStream, taken: impl Fn(&[u8])) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut out = stream.try_clone()?;
    let mut lines = BufReader::with_capacity(64 * 1024, stream);
    out.write_all(b"220 sink ESMTP\r\n")?;
    let (mut line, mut data) = (Vec::new(), Vec::new());
    loop {
        line.clear();
        if lines.read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        let answer: &[u8] = match line.get(..4) {
            Some(b"DATA") => {
                out.write_all(b"354 Go ahead\r\n")?;
                data.clear();
                loop {
                    let from = data.len();
                    if lines.read_until(b'\n', &mut data)? == 0 {
                        return Ok(());
                    }
                    if data[from..] == *b".\r\n" {
                        data.truncate(from);
                        break;
                    }
                }
                taken(&data);
                b"250 OK\r\n"
            }
            Some(b"QUIT") => return out.write_all(b"221 Bye\r\n"),
            Some(b"EHLO") => b"250-sink\r\n250 8BITMIME\r\n",
            _ => b"250 OK\r\n",
        };
        out.write_all(answer)?;
    }
}
