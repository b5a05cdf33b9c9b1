//! Ending sessions.

use keys::{Deed, PeopleAct, SessionId};

use super::{Caller, Control, ControlError};

impl Control {
    /// Ends a session of the person; whether it was one of theirs that lasted.
    pub(crate) async fn end_session(
        &self,
        caller: &Caller,
        ended: SessionId,
    ) -> Result<bool, ControlError> {
        let person = caller.person()?;
        let (user, current) = (person.user.id, person.session.id);
        let lasting = self.store.sessions(user, (self.world.now)()).await?;
        if !lasting.iter().any(|session| session.id == ended) {
            let deed = Deed::of_person(PeopleAct::EndSession, user);
            self.note_refused(caller.asker(), deed, "resource_missing").await?;
            return Ok(false);
        }
        self.store.end_session(user, (ended, current), self.doing(caller.asker())).await?;
        Ok(true)
    }

    /// Ends the session by which the person asks.
    pub(crate) async fn sign_out(&self, caller: &Caller) -> Result<(), ControlError> {
        let current = caller.person()?.session.id;
        self.end_session(caller, current).await.map(drop)
    }

    /// Ends all sessions of the person but the one by which they ask.
    pub(crate) async fn end_other_sessions(&self, caller: &Caller) -> Result<(), ControlError> {
        let person = caller.person()?;
        let (user, kept) = (person.user.id, person.session.id);
        Ok(self.store.end_other_sessions(user, kept, self.doing(caller.asker())).await?)
    }

    /// Chooses of what the person is told by mail.
    pub(crate) async fn choose_notices(
        &self,
        caller: &Caller,
        choices: &[(keys::NoticeKind, bool)],
    ) -> Result<(), ControlError> {
        let user = caller.person()?.user.id;
        Ok(self.store.set_notice_preferences(user, choices, self.doing(caller.asker())).await?)
    }
}
