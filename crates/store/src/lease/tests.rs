//! The promise, against many orders of events: once whoever takes something away has waited, no node
//! believes what was true before.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

/// A machine's clock: where it began, and how many millionths it goes too fast or too slow.
#[derive(Debug, Clone, Copy)]
struct Clock {
    offset: u64,
    too_fast: i64,
}

impl Clock {
    /// What it shows at a true time in microseconds.
    fn at(self, now: u64) -> Duration {
        let now = i64::try_from(now).unwrap();
        let gone = now + now * self.too_fast / 1_000_000;
        Duration::from_micros(self.offset + gone.unsigned_abs())
    }

    /// The first true time at which it shows that much.
    fn when(self, shown: Duration) -> u64 {
        let gone = i64::try_from(shown.as_micros()).unwrap() - i64::try_from(self.offset).unwrap();
        let about = (gone * 1_000_000 / (1_000_000 + self.too_fast)).unsigned_abs();
        let mut nearby = about.saturating_sub(2)..about + 3;
        nearby.find(|now| self.at(*now) >= shown).unwrap()
    }
}

/// What happens next, to which node, how many microseconds later.
#[derive(Debug, Clone, Copy)]
enum Event {
    /// A node starts, or starts again, with a lease of so many milliseconds.
    Start { lease: u64 },
    /// It asks the store.
    Ask,
    /// The store's answer is there; any number of answers may be on their way.
    Read,
    /// What was read is put in force.
    Apply,
    /// The process is gone.
    Die,
    /// Something is taken away by a command.
    TakeAway,
}

#[derive(Debug, Clone, Copy)]
struct Happening {
    event: Event,
    node: usize,
    later: u64,
}

/// A question on its way.
#[derive(Debug, Clone, Copy)]
struct Question {
    asked: Duration,
    answer: Option<(u64, Leases)>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Node {
    question: Option<Question>,
    /// The sequence, and until when it is believed by the node's own clock.
    view: Option<(u64, Duration)>,
    settling: Option<(u64, Duration)>,
}

/// A command that was committed, and when its caller hears that it is done, by the writer's clock.
#[derive(Debug, Clone, Copy)]
struct Taken {
    sequence: u64,
    done: Duration,
}

#[derive(Debug, Default)]
struct Model {
    now: u64,
    sequence: u64,
    leases: Leases,
    nodes: [Node; 3],
    taken: Vec<Taken>,
}

impl Model {
    fn happen(&mut self, clocks: &[Clock], happening: Happening) {
        let Happening { event, node, later } = happening;
        self.now += later;
        let now = clocks[node].at(self.now);
        match event {
            Event::Start { lease } => {
                self.leases = self.leases.granting(Duration::from_millis(lease));
                let answer = Some((self.sequence, self.leases));
                self.nodes[node] =
                    Node { question: Some(Question { asked: now, answer }), ..Node::default() };
            }
            Event::Ask => {
                self.nodes[node].question = Some(Question { asked: now, answer: None });
            }
            Event::Read => {
                let answer = Some((self.sequence, self.leases));
                if let Some(question) = &mut self.nodes[node].question
                    && question.answer.is_none()
                {
                    question.answer = answer;
                }
            }
            Event::Apply => self.apply(node, now),
            Event::Die => self.nodes[node] = Node::default(),
            Event::TakeAway => {
                self.sequence += 1;
                let done = clocks[0].at(self.now) + self.leases.silent_after();
                self.taken.push(Taken { sequence: self.sequence, done });
            }
        }
    }

    fn apply(&mut self, node: usize, now: Duration) {
        let Node { question: Some(question), .. } = self.nodes[node] else { return };
        let Some((sequence, leases)) = question.answer else { return };
        let node = &mut self.nodes[node];
        node.question = None;
        node.view = Some((sequence, question.asked + leases.believed_for()));
        let due = now + leases.silent_after();
        node.settling = match (leases.unsettled(), node.settling) {
            (Some(round), Some((same, at))) if same == round && now >= at => {
                self.leases = self.leases.settled(round);
                None
            }
            (Some(round), Some((same, at))) if same == round => Some((round, at)),
            (Some(round), _) => Some((round, due)),
            (None, _) => None,
        };
    }

    /// Looks at each moment at which somebody is told that it is done, up to a time and at that time.
    ///
    /// The writer of a command has the clock of the first node.
    fn check_until(&self, clocks: &[Clock], end: u64) -> Result<(), TestCaseError> {
        let done = self.taken.iter().map(|taken| clocks[0].when(taken.done));
        let mut moments: Vec<_> = done.filter(|at| (self.now..end).contains(at)).collect();
        moments.push(end);
        moments.sort_unstable();
        moments.into_iter().try_for_each(|at| self.check(clocks, at))
    }

    fn check(&self, clocks: &[Clock], at: u64) -> Result<(), TestCaseError> {
        let done = self.taken.iter().filter(|taken| clocks[0].at(at) >= taken.done);
        let promised = done.map(|taken| taken.sequence).max().unwrap_or(0);
        for (node, clock) in self.nodes.iter().zip(clocks) {
            let believed = node.view.filter(|(_, until)| clock.at(at) < *until);
            if let Some((known, _)) = believed {
                prop_assert!(known >= promised, "{known} is believed after {promised}: {self:?}");
            }
        }
        Ok(())
    }
}

fn happenings() -> impl Strategy<Value = Vec<Happening>> {
    let event = prop_oneof![
        1 => prop_oneof![Just(1000_u64), Just(1500), Just(2000), Just(6000)]
            .prop_map(|lease| Event::Start { lease }),
        4 => Just(Event::Ask),
        4 => Just(Event::Read),
        4 => Just(Event::Apply),
        1 => Just(Event::Die),
        3 => Just(Event::TakeAway),
    ];
    let later = prop_oneof![0_u64..1000, 0_u64..300_000, 0_u64..2_500_000];
    let happening = (event, 0..3_usize, later);
    vec(happening.prop_map(|(event, node, later)| Happening { event, node, later }), 1..120)
}

fn clocks() -> impl Strategy<Value = Vec<Clock>> {
    let clock = (0..10_000_000_u64, -1000..=1000_i64);
    vec(clock.prop_map(|(offset, too_fast)| Clock { offset, too_fast }), 3)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn after_the_wait_no_node_believes_what_was_true_before(
        happenings in happenings(), clocks in clocks(),
    ) {
        let mut model = Model::default();
        for happening in happenings {
            model.check_until(&clocks, model.now + happening.later)?;
            model.happen(&clocks, happening);
            model.check_until(&clocks, model.now)?;
        }
    }
}

fn leases(granted_s: u64, awaited_s: u64, round: u64) -> Leases {
    let (granted, awaited) = (Duration::from_secs(granted_s), Duration::from_secs(awaited_s));
    Leases { granted, awaited, round }
}

#[test]
fn a_node_believes_a_little_less_than_its_lease_and_a_writer_waits_a_little_more() {
    let leases = leases(3, 5, 1);
    assert_eq!(leases.believed_for(), Duration::from_millis(2997));
    assert_eq!(leases.silent_after(), Duration::from_millis(5005));
}

#[test]
fn where_no_node_has_a_lease_nobody_waits() {
    assert_eq!(Leases::default().silent_after(), Duration::ZERO);
    assert_eq!(Leases::default().believed_for(), Duration::ZERO);
}

#[test]
fn a_shorter_lease_holds_for_writers_once_the_longer_ones_have_run_out() {
    let three = Duration::from_secs(3);
    assert_eq!(leases(5, 5, 1).granting(three), leases(3, 5, 2));
    assert_eq!(leases(3, 5, 2).granting(three), leases(3, 5, 2));
    assert_eq!(leases(3, 5, 2).unsettled(), Some(2));
    assert_eq!(leases(3, 5, 2).settled(2), leases(3, 3, 2));
    assert_eq!(leases(3, 3, 2).unsettled(), None);
}

#[test]
fn a_longer_lease_holds_for_writers_at_once() {
    assert_eq!(leases(3, 3, 1).granting(Duration::from_secs(5)), leases(5, 5, 2));
}

#[test]
fn what_is_said_of_an_earlier_round_changes_nothing() {
    assert_eq!(leases(3, 5, 2).settled(1), leases(3, 5, 2));
}
