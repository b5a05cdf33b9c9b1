//! Errors about keys: what they may do, and what is done to them.

use super::{Explained, explain};

pub(super) const EXPLAINED: &[Explained] = &[
    explain(
        "api_key_missing",
        "The request carries no API key: there is no Authorization header, or an empty one.",
        "Send your key as the user name of HTTP Basic authentication with an empty password, or as a Bearer token.",
    ),
    explain(
        "api_key_invalid",
        "What was sent is not a key that is known here. Every key ends in a checksum, so that a typing error or a value that was cut off is found at once; a well-formed value that was never issued is answered the same way.",
        "Copy the key again from the dashboard, whole and without spaces. Check that your program reads the key of this server, and not that of another installation.",
    ),
    explain(
        "api_key_expired",
        "The key was rotated, and the time for which the old one was to go on has passed. An expired key never works again.",
        "Use the replacement that the rotation made. Whoever may see your keys finds it in the dashboard, where a replacement made by a schedule can be revealed once.",
    ),
    explain(
        "api_key_deleted",
        "The key was deleted, or rotated with the old one ending at once. The message names the key and says when that was.",
        "Use another key. If nobody can say why this one was deleted, the security history of the account tells who did it.",
    ),
    explain(
        "authorization_invalid",
        "No single key can be read from the request: there are several Authorization headers, the scheme is neither Basic nor Bearer, the value cannot be decoded, or Basic came with a password.",
        "Send one Authorization header. With Basic the key is the user name and the password stays empty: in curl, -u with the key and a colon.",
    ),
    explain(
        "api_key_in_url",
        "A key stands in the address of the request. Addresses are kept in logs, histories and proxies on the way, so it was refused although the key may be good.",
        "See that key as exposed and rotate it. Send the new one in the Authorization header, and in no address.",
    ),
    explain(
        "https_required",
        "A live key, a password or the token of a session was sent over plain HTTP, where everybody on the way can read it.",
        "Use an address that begins with https://, and rotate the key that was sent. Whoever runs the server and has TLS end at a proxy in front says so in its settings.",
    ),
    explain(
        "ip_not_allowed",
        "The key has an IP restriction, and the request came from an address that is not in it. The message names the address that was seen. An IPv6 address is in a list only where the server accepts IPv6.",
        "Call from one of your own servers, or add the address to the IP restriction of the key. If the address is that of a proxy, whoever runs the gateway must name it among the trusted proxies.",
    ),
    explain(
        "secret_key_required",
        "A publishable key was used for an operation that is not meant for pages and apps.",
        "Make this call from your server with a secret key. Never put a secret key into a page or an app.",
    ),
    explain(
        "more_permissions_required",
        "The key may not do this. A restricted key can do what its permissions say and nothing else. The message names the permissions that would do.",
        "At the management API, give the key one of those, or use another key. In this version the gateway refuses every request of a restricted key, whatever its permissions say: use a secret key there.",
    ),
    explain(
        "key_ended",
        "The key was deleted or has expired, and what has ended cannot be changed any more.",
        "Look at the list of keys for the one that took its place, and change that one.",
    ),
    explain(
        "publishable_key_stays",
        "Publishable keys cannot be deleted: pages and apps that people have open would stop working.",
        "Rotate the key instead. You choose when the old one ends.",
    ),
    explain(
        "publishable_key_unrestricted",
        "A publishable key is used from everywhere, by the browsers of your customers, and takes no IP restriction.",
        "Restrict your secret and restricted keys. What a publishable key can do is safe in the hands of everybody.",
    ),
    explain(
        "key_not_restricted",
        "Permissions belong to restricted keys and to those of organizations. Other keys have none that could be changed, and cannot be duplicated.",
        "Create a restricted key with the permissions that you want.",
    ),
    explain(
        "more_than_own",
        "The change would give a key more than whoever asks for it may do. Nobody can hand out more than they have.",
        "Grant less, or ask somebody with more rights to do it.",
    ),
    explain(
        "value_not_kept",
        "A live key can be shown when it is created, and a default key or one made by a schedule once afterwards. Its value is not stored any more, so nobody can show it.",
        "Rotate the key, and save the value of its replacement at once. Keys of a sandbox can be revealed any number of times.",
    ),
    explain(
        "key_not_expiring",
        "Only a key that is about to end can be expired before its time. This one has no time to end.",
        "Delete the key, or rotate it with an ending.",
    ),
    explain(
        "key_already_rotated",
        "The key was rotated and is about to end; a rotation of it cannot be scheduled any more.",
        "Schedule the rotation of its replacement.",
    ),
    explain(
        "schedule_missing",
        "A schedule was to be taken back, and no rotation of this key is scheduled.",
        "Nothing needs to be done. The rotation may have happened already.",
    ),
    explain(
        "nothing_due",
        "Something was to be done for a key at its time, and there is nothing to do: it was done already, or the time has not come.",
        "Load the key again and go by what it says now.",
    ),
    explain(
        "import_invalid",
        "Some of the keys of an import cannot be taken, so none was. error.entries says of each its index in the list and what is wrong.",
        "Mend the entries that are named, or leave them out, and send the import again.",
    ),
    explain(
        "account_limit",
        "An organization has as many accounts as it can have, which is 75.",
        "Open the account in another organization, or on its own.",
    ),
    explain(
        "account_has_connected",
        "A platform cannot be deleted while accounts are connected to it, so that nobody loses theirs by its end.",
        "Delete the connected accounts first, if they are to go, too.",
    ),
    explain(
        "sandbox_limit",
        "An account has as many sandboxes as it can have: five beside the first one.",
        "Delete a sandbox that nobody uses. Its keys end with it.",
    ),
    explain(
        "first_sandbox_stays",
        "Every account keeps the sandbox that it was opened with.",
        "Rotate its keys if they are no longer to be used, or delete another sandbox.",
    ),
];
