//! The demo's patients and drivers: invented people with addresses and numbers that reach nobody.

use chrono::NaiveDate;

use crate::actions::drivers::NamedDriver;
use crate::actions::patients::NewPatient;
use crate::domain::patients::ContactPreference;

/// Name, name to use, birth date, domain of the email; empty where there is none.
type Row = (&'static str, &'static str, (i32, u32, u32), &'static str);

/// The patients, in the order of `story::stages`.
const PEOPLE: [Row; 64] = [
    ("Maria Alvarez", "", (1988, 3, 4), "example.com"),
    ("Jin Park", "", (1990, 1, 17), "example.net"),
    ("Terrence Boyd", "TJ", (1975, 6, 30), "example.com"),
    ("Aaliyah Jefferson", "", (1994, 11, 2), "example.org"),
    ("Margaret Kowalski", "Peg", (1958, 8, 21), ""),
    ("Rohan Mehta", "", (1983, 12, 9), "example.com"),
    ("Hannah Goldberg", "", (1979, 4, 27), "example.net"),
    ("Luis Fuentes", "", (1969, 10, 13), "example.com"),
    ("Emily Nakamura", "", (1992, 2, 5), "example.com"),
    ("Desmond Whitaker", "", (1966, 5, 18), "example.org"),
    ("Siobhan Gallagher", "", (1985, 9, 1), "example.com"),
    ("Kwame Asante", "", (1977, 7, 24), "example.net"),
    ("Olivia Brandt", "Liv", (1996, 1, 30), "example.com"),
    ("Andre Baptiste", "", (1981, 3, 11), "example.com"),
    ("Yesenia Cordova", "", (1989, 6, 6), "example.org"),
    ("Walter Hughes", "", (1951, 12, 19), ""),
    ("Fatima Haddad", "", (1986, 10, 28), "example.com"),
    ("Caleb Thornton", "", (1998, 4, 15), "example.net"),
    ("Mei Lin Chow", "Mei", (1973, 8, 8), "example.com"),
    ("Brianna Coleman", "Bri", (1991, 5, 3), "example.com"),
    ("Viktor Petrenko", "", (1964, 2, 22), "example.org"),
    ("Maria Alvarez", "", (1962, 9, 15), "example.org"),
    ("Natasha Ivanova", "", (1984, 11, 26), "example.net"),
    ("Isaiah Freeman", "", (1993, 7, 12), "example.com"),
    ("Paula Jimenez", "", (1971, 1, 9), "example.com"),
    ("Dakota Yazzie", "", (1995, 3, 29), "example.com"),
    ("Harold Steinmetz", "Hal", (1955, 6, 14), ""),
    ("Priscilla Okonkwo", "", (1980, 12, 1), "example.org"),
    ("Samuel Levy", "", (1987, 8, 17), "example.net"),
    ("Grace Dubois", "", (1976, 4, 10), "example.com"),
    ("Tomas Herrera", "", (1982, 2, 14), "example.com"),
    ("Leilani Kahale", "", (1990, 10, 20), "example.com"),
    ("Nathaniel Brooks", "Nate", (1968, 7, 7), "example.org"),
    ("Ingrid Solberg", "", (1974, 5, 25), "example.com"),
    ("Darnell Washington", "", (1978, 9, 9), "example.net"),
    ("Anjali Krishnan", "", (1997, 6, 18), "example.com"),
    ("Patrick Doyle", "", (1960, 3, 16), "example.com"),
    ("Beatriz Carvalho", "Bia", (1985, 1, 5), "example.org"),
    ("Omar Farouk", "", (1972, 11, 11), "example.com"),
    ("Kayla Jensen", "", (1999, 8, 2), "example.net"),
    ("Reginald Moore", "Reggie", (1953, 10, 4), ""),
    ("Thuy Pham", "", (1988, 12, 23), "example.com"),
    ("Rachel Abrams", "", (1983, 4, 1), "example.com"),
    ("Marcus Delgado", "", (1970, 2, 27), "example.com"),
    ("Simone Laurent", "", (1992, 9, 30), "example.org"),
    ("Eli Rosenthal", "", (1967, 5, 8), "example.net"),
    ("Tanya Redcloud", "", (1981, 7, 19), "example.com"),
    ("Gregory Paulson", "Greg", (1959, 1, 22), "example.com"),
    ("Noor Rahman", "", (1994, 3, 7), "example.com"),
    ("Carmen Villanueva", "", (1977, 6, 11), "example.org"),
    ("Wesley Chen", "", (1996, 12, 15), "example.net"),
    ("Jocelyn Pierre", "", (1986, 8, 26), "example.com"),
    ("Frank Esposito", "", (1957, 11, 18), ""),
    ("Adaeze Nwosu", "Ada", (1990, 4, 24), "example.com"),
    ("Kristen Halvorsen", "", (1979, 10, 2), "example.com"),
    ("Mateo Quintero", "", (1993, 1, 13), "example.org"),
    ("Lorraine Bishop", "", (1963, 7, 28), "example.com"),
    ("Hiroshi Tanabe", "", (1971, 9, 6), "example.net"),
    ("Devon Mackey", "", (1998, 2, 11), "example.com"),
    ("Sarah Lindqvist", "", (1984, 5, 20), "example.com"),
    ("Abdul Karimi", "", (1976, 3, 2), "example.com"),
    ("Chloe Marchetti", "", (1995, 10, 9), "example.org"),
    // Typed twice: one letter from the record above, the same birth date.
    ("Desmond Whittaker", "", (1966, 5, 18), ""),
    ("June Applegate", "", (1949, 12, 12), ""),
];

/// People who drive.
const DRIVERS: [&str; 22] = [
    "Carlos Alvarez",
    "Soo-ah Park",
    "Denise Boyd",
    "Michael Jefferson",
    "Ruth Kowalski",
    "Priyanka Mehta",
    "Aaron Goldberg",
    "Elena Fuentes",
    "Kenji Nakamura",
    "Lydia Whitaker",
    "Connor Gallagher",
    "Abena Asante",
    "Jonas Brandt",
    "Nadine Baptiste",
    "Hector Cordova",
    "Joyce Hughes",
    "Karim Haddad",
    "Molly Thornton",
    "David Chow",
    "Shawn Coleman",
    "Oksana Petrenko",
    "Victor Ramos",
];

/// How many patients there are.
pub(super) const COUNT: usize = PEOPLE.len();

/// The patient of a number. Beyond the last, first and last names come together anew.
pub(super) fn patient(number: usize) -> NewPatient {
    let round = number / COUNT;
    let (name, called, (year, month, day), domain) = PEOPLE[number % COUNT];
    let (family, ..) = PEOPLE[(number + round * 7) % COUNT];
    let last_word = |name: &'static str| name.rsplit(' ').next().unwrap_or(name);
    let first = name.strip_suffix(last_word(name)).unwrap_or(name);
    let name = format!("{first}{}", last_word(family));
    let year = year + i32::try_from(round % 9).unwrap_or(0);
    let email = (!domain.is_empty()).then(|| address(&name, domain));
    let area = ["212", "646", "718", "917"][number % 4];
    NewPatient {
        full_name: name,
        name_to_use: (!called.is_empty()).then(|| called.to_owned()),
        birth_date: NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default(),
        contact: if email.is_some() { ContactPreference::Email } else { ContactPreference::Phone },
        email,
        phone: Some(format!("({area}) 555-01{:02}", number % 100)),
    }
}

/// Who drives the patient of a number; every fifth can only be called.
pub(super) fn driver(number: usize) -> NamedDriver {
    let name = DRIVERS[number % DRIVERS.len()];
    NamedDriver {
        full_name: name.to_owned(),
        email: (number % 5 != 4).then(|| address(name, "example.net")),
        phone: Some(format!("(929) 555-01{:02}", number % 100)),
    }
}

/// "maria.alvarez@example.com".
fn address(name: &str, domain: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == ' ';
    let local: String = name.to_lowercase().chars().filter(|c| plain(*c)).collect();
    format!("{}@{domain}", local.replace(' ', "."))
}
