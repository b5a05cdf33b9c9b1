//! Errors about requests: accounts and versions, what cannot be read, parameters, and what is sent twice.

use super::{Explained, explain};

pub(super) const EXPLAINED: &[Explained] = &[
    explain(
        "account_invalid",
        "The account named by Stripe-Account or Stripe-Context is not one that this key can act on, or it does not exist: the two are not told apart. From the management API with status 400 it says that a connected account cannot be a platform itself.",
        "Name an account that is connected to the account of your key, or leave the header out to act on your own. A key of an organization names one of its accounts, and a connected one by way of its platform, as acct_…/acct_….",
    ),
    explain(
        "context_required",
        "A key of an organization was used without saying which of its accounts is meant. In the management API it acts on the organization itself then, and what was asked for is of an account.",
        "Add the header Stripe-Context with the id of an account, or with a platform and its connected account, as acct_…/acct_….",
    ),
    explain(
        "context_invalid",
        "Stripe-Account or Stripe-Context cannot be read: it is not the id of an account, stands there twice, or the two headers name different accounts.",
        "Send one of the two, with an id such as acct_1032D82eZvKYlo2C.",
    ),
    explain(
        "version_required",
        "A key of an organization was used without a version of the API. Accounts of one organization may have different default versions, so there is none to fall back on.",
        "Add the header Stripe-Version. The message names the newest version; the official libraries send one by themselves.",
    ),
    explain(
        "version_unknown",
        "Stripe-Version names a version that this API does not have.",
        "Use a version that it has; the message names the newest. If a library sends the header, bring the library up to date, or set the version that it sends.",
    ),
    explain(
        "request_ambiguous",
        "The request can be read in more than one way, for example because its path holds //, .. or an encoded slash, or its head says two things about its length. The gateway forwards nothing that the API behind it could read differently. The management API answers so where a key of an organization sends more than one Stripe-Version.",
        "Write the path plainly, without empty or dotted segments, and send Stripe-Version once. If your program does, look at what a proxy or library on the way makes of it.",
    ),
    explain(
        "head_too_large",
        "The address and the headers of the request together are larger than is accepted, or there are too many headers.",
        "Send fewer or smaller headers. Put what is long into the body.",
    ),
    explain(
        "body_too_large",
        "The body of the request is larger than is accepted.",
        "Send less at a time. Whoever runs the gateway can raise its limit.",
    ),
    explain(
        "request_timeout",
        "The request did not arrive in time: its head or body stopped coming. The management API also answers so when it could not finish within 30 seconds.",
        "Send it again, with an idempotency key if it changes anything. If it happens often, look at the network between your program and the server.",
    ),
    explain(
        "url_unknown",
        "There is no operation at this address.",
        "Compare the method and the path with the reference. The gateway serves the API, and the console serves /api/v1 for the management of keys.",
    ),
    explain(
        "method_not_allowed",
        "There is something at this address, and it does not take that method. The gateway forwards neither CONNECT nor TRACE.",
        "Use another method. The management API names those that it takes in the header Allow of the answer.",
    ),
    explain(
        "expectation_unknown",
        "The header Expect of the request holds something other than 100-continue, which nobody here can promise.",
        "Leave the header out, or send 100-continue.",
    ),
    explain(
        "client_closed_request",
        "The client went away before it was answered. Nobody is sent this answer: it stands in the log of requests alone, under a status that is in no registry.",
        "Give your program more time, and look at what lies between it and the gateway. Whether the request was carried out is not known: repeat it with the same idempotency key.",
    ),
    explain(
        "content_type_unknown",
        "The body is not of the kind that the operation reads. The management API reads JSON, and the sample API reads forms.",
        "Set Content-Type to application/json for the management API, and to application/x-www-form-urlencoded for the sample API.",
    ),
    explain(
        "body_incomplete",
        "The connection ended before the whole body had arrived.",
        "Send the request again. Check that Content-Length fits what your program sends.",
    ),
    explain(
        "parameters_malformed",
        "The parameters as a whole cannot be read: the JSON is broken or not an object, a field has the wrong type or is not known, a form is nested too deeply, or a name is given twice. The message says which.",
        "Mend what the message names. Forms write nested values as a[b]=c and lists as a[]=c.",
    ),
    explain(
        "parameter_missing",
        "A parameter that the operation needs is not there. error.param names it.",
        "Add the parameter. With the token of a session, the management API needs account and mode to know which keys you mean.",
    ),
    explain(
        "parameter_invalid",
        "A field of a request to the management API has a value that it cannot have. error.param names the field, and the message says what it takes.",
        "Correct the field. The message names the limit that was passed, such as the longest name or the farthest time.",
    ),
    explain(
        "parameter_unknown",
        "The operation has no parameter of that name. error.param names it.",
        "Look for a typing error, or leave the parameter out.",
    ),
    explain(
        "parameter_invalid_empty",
        "The parameter is empty, which would unset it, and it cannot be unset.",
        "Give it a value, or leave it out to keep what is there.",
    ),
    explain(
        "parameter_invalid_string",
        "The parameter must be a text, and is a list, too long, or of another form than it should have.",
        "Send one text of the form that the message describes.",
    ),
    explain(
        "parameter_invalid_string_blank",
        "The parameter has nothing but white space in it.",
        "Give it a value, or leave it out.",
    ),
    explain(
        "parameter_invalid_integer",
        "The parameter must be a whole number within the limits that the message names.",
        "Send digits without a point, such as 10. Amounts are counted in the smallest unit of their currency.",
    ),
    explain(
        "parameter_invalid_number",
        "The parameter must be a number that is not negative.",
        "Send a number such as 0.5 or 12.",
    ),
    explain(
        "parameter_invalid_boolean",
        "The parameter must be true or false.",
        "Send one of the two words, in lower case.",
    ),
    explain(
        "parameter_invalid_array",
        "The parameter must be a list, or the list has more elements than it can have.",
        "Write its values as name[]=a&name[]=b, and no more of them than the message allows.",
    ),
    explain(
        "parameter_invalid_hash",
        "The parameter must be a set of named values, and is a text or a list.",
        "Write its values as name[field]=value.",
    ),
    explain(
        "parameter_invalid_choice",
        "The parameter takes one of a few words, and this is none of them.",
        "Use one of the words that the message lists.",
    ),
    explain(
        "parameters_exclusive",
        "Two parameters were given of which a request can have one, such as starting_after and ending_before.",
        "Leave one of them out.",
    ),
    explain(
        "email_invalid",
        "The text is not an email address.",
        "Send an address such as jane@example.com.",
    ),
    explain(
        "url_invalid",
        "The text is not the address of a page.",
        "Send an address that begins with http:// or https://.",
    ),
    explain(
        "metadata_invalid",
        "There are more entries of metadata than an object can have, or one of their names is too long.",
        "An object can have 50 entries; a name has up to 40 characters and a value up to 500.",
    ),
    explain(
        "expand_too_deep",
        "A path in expand has more parts than are followed.",
        "Ask for fewer levels at once, and fetch what lies deeper in a request of its own.",
    ),
    explain(
        "resource_missing",
        "There is no such object in this account and mode, or none that you may know of. Objects of a sandbox cannot be seen with a live key, nor the other way round; the message says so where a similar object is in the other mode.",
        "Check the id, and that the key belongs to the account and mode in which the object was made. error.param names the parameter with the id.",
    ),
    explain(
        "resource_already_exists",
        "An object with the id that you chose is there already.",
        "Choose another id, or change the object that is there.",
    ),
    explain(
        "idempotency_key_invalid",
        "The header Idempotency-Key is there more than once, is empty, is longer than 255 characters, or holds characters other than visible ASCII.",
        "Send one key per request, such as a UUID.",
    ),
    explain(
        "idempotency_key_reused",
        "The idempotency key was sent before with another request. It stands for one request, so that a repetition is never mistaken for a new wish.",
        "Repeat the first request unchanged, or use a new key for the new request.",
    ),
    explain(
        "idempotency_key_in_use",
        "The first request with this idempotency key is still being carried out.",
        "Wait a moment and send the same request again.",
    ),
    explain(
        "idempotency_outcome_unknown",
        "The first request with this idempotency key broke off, and nothing is noted of what became of it.",
        "Check whether it was carried out, in the list of keys for example. If it was not, send it again with a new idempotency key.",
    ),
    explain(
        "unavailable",
        "The server cannot decide or answer at the moment: it is starting or stopping, its store cannot be reached, or a gateway no longer knows that its keys are up to date. Nothing was changed.",
        "Try again after the seconds in the header Retry-After. Official libraries do so by themselves when retries are on.",
    ),
    explain(
        "upstream_unreachable",
        "The gateway admitted the request, and the API behind it could not be reached or broke off.",
        "Try again in a moment, with an idempotency key if the request changes anything. If it lasts, tell whoever runs the API the Request-Id.",
    ),
    explain(
        "upstream_timeout",
        "The gateway admitted the request, and the API behind it took too long to answer. It may have been carried out.",
        "Check whether it was, or repeat it with the same idempotency key.",
    ),
    explain(
        "internal",
        "Something went wrong on the side of the server. It says nothing of the inside; its log knows more.",
        "Try again. If it happens again, tell whoever runs the server the Request-Id of the answer.",
    ),
    explain(
        "outcome_unknown",
        "The connection to the store broke while the change was being made, or the change takes longer than an answer is waited for. It was made wholly or not at all, and it is not known which.",
        "List the keys to see. If you sent an idempotency key, the same request with it tells what was made.",
    ),
    explain(
        "identity_missing",
        "The sample API was asked without the gateway, which says who asks; or what the gateway said cannot be read.",
        "Send requests to the gateway. If you do, tell whoever runs it.",
    ),
];
