//! All that belongs to an organization, for whoever has a role in it.

use keys::OrganizationId;
use store::Tree;

use super::{Caller, Control, ControlError};

impl Control {
    /// The accounts of an organization, with those that are connected to them and their sandboxes: at
    /// most so many accounts. A role in the organization is one in each of them.
    ///
    /// # Errors
    /// When there is none of that id or the person has no role in it, a key asks, or the store fails.
    pub(crate) async fn tree(
        &self,
        caller: &Caller,
        id: OrganizationId,
        most: u16,
    ) -> Result<Tree, ControlError> {
        self.organization(caller, id).await?;
        Ok(self.store.tree(id, most).await?)
    }
}
