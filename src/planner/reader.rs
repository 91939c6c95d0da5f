//! Reads JSON into an [`InstanceDoc`], naming the path of the first thing that is not as it should be.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::document::*;
use super::error::InstanceError;

type Read<T> = Result<T, InstanceError>;

/// Parses the text of an instance. Field types and unknown fields are checked here, meanings later.
pub(super) fn read(text: &str) -> Read<InstanceDoc> {
    let value: Value = serde_json::from_str(text)
        .map_err(|error| InstanceError::new("$", format!("not readable as JSON: {error}")))?;
    let mut top = Node::new(&value, "").object()?;
    let horizon = top.need("horizon")?;
    let doc = InstanceDoc {
        timezone: top.need("timezone")?.text()?,
        grid_minutes: top.need("grid_minutes")?.int()?,
        horizon: fields(&horizon, |f| {
            Ok(HorizonDoc { from: f.need("from")?.text()?, to: f.need("to")?.text()? })
        })?,
        resources: top.need("resources")?.list(|n| fields(n, resource))?,
        services: services(&top.need("services")?)?,
        requests: top.need("requests")?.list(|n| fields(n, request))?,
        continuity: top.list_or_empty("continuity", Node::text)?,
        weights: fields(&top.need("weights")?, weights)?,
    };
    top.finish()?;
    Ok(doc)
}

fn resource(f: &mut Fields) -> Read<ResourceDoc> {
    Ok(ResourceDoc {
        id: f.need("id")?.text()?,
        serves: f.need("serves")?.list(Node::text)?,
        capacity: f.int_or("capacity", 1)?,
        hours: f.need("hours")?.list(|n| fields(n, window))?,
        busy: f.list_or_empty("busy", |n| fields(n, interval))?,
    })
}

fn services(node: &Node) -> Read<BTreeMap<String, ServiceDoc>> {
    node.entries(|n| fields(n, |f| Ok(ServiceDoc { phases: f.need("phases")?.list(|n| fields(n, phase))? })))
}

fn phase(f: &mut Fields) -> Read<PhaseDoc> {
    Ok(PhaseDoc {
        name: f.need("name")?.text()?,
        offset: f.need("offset")?.int()?,
        minutes: f.need("minutes")?.int()?,
        needs: f.need("needs")?.list(Node::text)?,
    })
}

fn request(f: &mut Fields) -> Read<RequestDoc> {
    Ok(RequestDoc {
        id: f.need("id")?.text()?,
        weight: f.int_or("weight", 1)?,
        service: f.need("service")?.text()?,
        visits: f.need("visits")?.int()?,
        gap_days: f.maybe("gap_days").map(|n| fields(&n, gap)).transpose()?,
        before: f.maybe("before").map(|n| fields(&n, attached)).transpose()?,
        after_each: f.maybe("after_each").map(|n| fields(&n, after_each)).transpose()?,
        after_last: f.maybe("after_last").map(|n| fields(&n, attached)).transpose()?,
        earliest: f.maybe("earliest").map(|n| n.text()).transpose()?,
        latest: f.maybe("latest").map(|n| n.text()).transpose()?,
        available: f.list_or_empty("available", |n| fields(n, window))?,
        unavailable: f.list_or_empty("unavailable", |n| fields(n, interval))?,
        preferred: f.list_or_empty("preferred", |n| fields(n, window))?,
        current: f.list_or_empty("current", |n| fields(n, current))?,
    })
}

fn gap(f: &mut Fields) -> Read<GapDoc> {
    Ok(GapDoc { min: f.need("min")?.int()?, target: f.need("target")?.int()?, max: f.need("max")?.int()? })
}

fn attached(f: &mut Fields) -> Read<BeforeDoc> {
    Ok(BeforeDoc {
        service: f.need("service")?.text()?,
        min_days: f.need("min_days")?.int()?,
        max_days: f.need("max_days")?.int()?,
    })
}

fn after_each(f: &mut Fields) -> Read<AfterEachDoc> {
    Ok(AfterEachDoc {
        service: f.need("service")?.text()?,
        min_hours: f.need("min_hours")?.int()?,
        max_hours: f.need("max_hours")?.int()?,
    })
}

fn window(f: &mut Fields) -> Read<WeeklyWindow> {
    Ok(WeeklyWindow {
        weekday: f.need("weekday")?.text()?,
        from: f.need("from")?.text()?,
        to: f.need("to")?.text()?,
    })
}

fn interval(f: &mut Fields) -> Read<Interval> {
    Ok(Interval { from: f.need("from")?.text()?, to: f.need("to")?.text()? })
}

fn current(f: &mut Fields) -> Read<CurrentVisitDoc> {
    Ok(CurrentVisitDoc {
        role: f.need("role")?.text()?,
        index: f.need("index")?.int()?,
        start: f.need("start")?.text()?,
        resources: f.need("resources")?.entries(Node::text)?,
        confirmed: f.flag("confirmed")?,
        fixed: f.flag("fixed")?,
    })
}

fn weights(f: &mut Fields) -> Read<WeightsDoc> {
    Ok(WeightsDoc {
        gap_day: f.need("gap_day")?.int()?,
        shift_minute: f.need("shift_minute")?.int()?,
        change: f.need("change")?.int()?,
        outside_preferred: f.need("outside_preferred")?.int()?,
        delay_day: f.need("delay_day")?.int()?,
        unplanned: f.need("unplanned")?.int()?,
        move_visit: f.need("move")?.int()?,
        move_confirmed: f.need("move_confirmed")?.int()?,
        reassign: f.need("reassign")?.int()?,
    })
}

/// Reads an object with `read`, then refuses the fields nobody asked for.
fn fields<T>(node: &Node, read: impl FnOnce(&mut Fields) -> Read<T>) -> Read<T> {
    let mut fields = node.object()?;
    let out = read(&mut fields)?;
    fields.finish()?;
    Ok(out)
}

/// A JSON value and where it stands.
struct Node<'v> {
    value: &'v Value,
    path: String,
}

impl<'v> Node<'v> {
    fn new(value: &'v Value, path: &str) -> Self {
        Node { value, path: path.to_owned() }
    }

    fn wrong<T>(&self, expected: &str) -> Read<T> {
        let found = match self.value {
            Value::Array(_) => "a list".to_owned(),
            Value::Object(_) => "an object".to_owned(),
            other => super::error::shortened(&other.to_string()),
        };
        let path = if self.path.is_empty() { "$" } else { &self.path };
        let message = format!("expected {expected}, found {found}");
        Err(InstanceError::new(path, message))
    }

    fn text(&self) -> Read<String> {
        match self.value {
            Value::String(text) => Ok(text.clone()),
            _ => self.wrong("text"),
        }
    }

    fn int(&self) -> Read<i64> {
        match self.value.as_i64() {
            Some(number) => Ok(number),
            None => self.wrong("a whole number"),
        }
    }

    fn list<T>(&self, read: impl Fn(&Node<'v>) -> Read<T>) -> Read<Vec<T>> {
        let Value::Array(items) = self.value else {
            return self.wrong("a list");
        };
        let item = |(i, value)| read(&Node::new(value, &format!("{}[{i}]", self.path)));
        items.iter().enumerate().map(item).collect()
    }

    fn entries<T>(&self, read: impl Fn(&Node<'v>) -> Read<T>) -> Read<BTreeMap<String, T>> {
        let map = self.object()?.map;
        map.iter()
            .map(|(key, value)| {
                let path = format!("{}.{}", self.path, super::error::shortened(key));
                Ok((key.clone(), read(&Node::new(value, &path))?))
            })
            .collect()
    }

    fn object(&self) -> Read<Fields<'v>> {
        match self.value {
            Value::Object(map) => Ok(Fields { map, path: self.path.clone(), asked: Vec::new() }),
            _ => self.wrong("an object"),
        }
    }
}

/// The fields of an object; remembers which were asked for.
struct Fields<'v> {
    map: &'v Map<String, Value>,
    path: String,
    asked: Vec<&'static str>,
}

impl<'v> Fields<'v> {
    fn at(&self, name: &str) -> String {
        match self.path.as_str() {
            "" => name.to_owned(),
            path => format!("{path}.{name}"),
        }
    }

    fn maybe(&mut self, name: &'static str) -> Option<Node<'v>> {
        self.asked.push(name);
        let value = self.map.get(name)?;
        Some(Node::new(value, &self.at(name)))
    }

    fn need(&mut self, name: &'static str) -> Read<Node<'v>> {
        let path = self.at(name);
        self.maybe(name).ok_or_else(|| InstanceError::new(&path, "missing".to_owned()))
    }

    fn int_or(&mut self, name: &'static str, default: i64) -> Read<i64> {
        self.maybe(name).map_or(Ok(default), |node| node.int())
    }

    fn flag(&mut self, name: &'static str) -> Read<bool> {
        match self.maybe(name) {
            None => Ok(false),
            Some(node) => match node.value {
                Value::Bool(flag) => Ok(*flag),
                _ => node.wrong("true or false"),
            },
        }
    }

    fn list_or_empty<T>(&mut self, name: &'static str, read: impl Fn(&Node<'v>) -> Read<T>) -> Read<Vec<T>> {
        self.maybe(name).map_or_else(|| Ok(Vec::new()), |node| node.list(read))
    }

    fn finish(self) -> Read<()> {
        match self.map.keys().find(|k| !self.asked.contains(&k.as_str())) {
            None => Ok(()),
            Some(key) => {
                let path = self.at(&super::error::shortened(key));
                Err(InstanceError::new(&path, "unknown field".to_owned()))
            }
        }
    }
}
