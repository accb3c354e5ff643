use std::fmt;

use proptest::prelude::*;
use testkit::world::{Breach, World, WorldBuilder};
use tokio::runtime::Builder;

use crate::invariants::cast::Cast;
use crate::invariants::event::{Choice, Event};
use crate::invariants::setting::Setting;

/// A sequence of events. Its text reads as a story.
#[derive(Clone, PartialEq)]
pub(crate) struct Story(pub(crate) Vec<Event>);

/// How a story ended.
pub(crate) struct End {
    /// The breach that ended it before its last event, if any.
    pub(crate) breach: Option<Breach>,
    /// The events that happened.
    pub(crate) events: usize,
    /// The world afterwards.
    pub(crate) world: World,
}

impl Story {
    /// Any story with at most `most` events.
    pub(crate) fn any<S: Strategy<Value = Event>>(
        event: S,
        most: usize,
    ) -> impl Strategy<Value = Self> {
        prop::collection::vec(event, 1..=most).prop_map(Story)
    }

    /// Plays the story until a rule of the setting breaks.
    pub(crate) fn play(&self, setting: &Setting) -> End {
        self.play_in((setting.world)(), setting.choice, |breach| {
            !setting.without.contains(&breach.rule)
        })
    }

    /// Plays the story in `world` until a breach that `counts`.
    pub(crate) fn play_in(
        &self,
        world: WorldBuilder,
        choice: Choice,
        mut counts: impl FnMut(&Breach) -> bool,
    ) -> End {
        let runtime = Builder::new_current_thread().enable_time().start_paused(true).build();
        runtime.unwrap().block_on(async {
            let world = world.start().await;
            let mut cast = Cast::new(world.clone(), choice);
            let mut end = End { breach: None, events: 0, world };
            for event in &self.0 {
                cast.play(event).await;
                end.events += 1;
                let broken = end.world.watch().take_breaches();
                end.breach = broken.into_iter().find(&mut counts);
                if end.breach.is_some() {
                    break;
                }
            }
            end
        })
    }
}

impl fmt::Display for Story {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, event) in self.0.iter().enumerate() {
            writeln!(f, "{:>3}. {event}", index + 1)?;
        }
        Ok(())
    }
}

/// The text that a failing search prints.
impl fmt::Debug for Story {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\n{self}")
    }
}
