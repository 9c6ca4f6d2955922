"""What an administrator does about what is wrong with the folders of free/busy messages, in a sentence each. Pure.

sentence("NoFreeBusyFolder", "EX:/o=First Organization/ou=Branch", "svc@altostrat.com")
"""

import re

STORE = "SCHEDULE+ FREE BUSY"
"""The folder above all of them, and the name its id is remembered by."""
HIDDEN = "NON_IPM_SUBTREE"
"""The folder that one is in."""

NO_STORE, NO_FOLDER, DENIED = "NoFreeBusyStore", "NoFreeBusyFolder", "ErrorAccessDenied"
NO_SERVER, NO_REPLICA = "ErrorNoPublicFolderServerAvailable", "ErrorNoPublicFolderReplicaAvailable"
NO_MAILBOX = "ErrorMissingEmailAddress"
NO_NAME = "legacyExchangeDN"
"""The code of what names no message, or somebody else's."""

_SENTENCES = {
    NO_STORE: (
        "this Exchange keeps no free/busy in public folders: 2007 and 2010 do, where they have a public folder "
        "database, 2013 and later do not. Set public_folder.enabled to false, and let Exchange ask calpair instead "
        "(Add-AvailabilityAddressSpace -AccessMethod OrgWideFB)"
    ),
    NO_FOLDER: (
        "there is no folder {path}, or the account may not see it: compare legacy_dn with what Get-PublicFolder "
        "{store} -GetChildren lists, or create the contact in an administrative group that is there"
    ),
    DENIED: (
        "the account may not write free/busy: Add-PublicFolderClientPermission -Identity {path} -User {user} "
        "-AccessRights Owner; the server may take hours to believe it"
    ),
    NO_REPLICA: (
        "no server within reach has a replica of the folder: Set-PublicFolder -Identity {path} -Replicas PUBLIC, "
        "with a public folder database that is mounted"
    ),
    NO_SERVER: (
        "no server of public folders answers: the account needs a mailbox in a database that has one "
        "(Set-MailboxDatabase DATABASE -PublicFolderDatabase PUBLIC), and the folder a replica within reach "
        "(Set-PublicFolder -Identity {path} -Replicas PUBLIC)"
    ),
    NO_NAME: (
        "its legacy_dn names no message, or somebody else's: correct it in the directory, and give each person their own"
    ),
    NO_MAILBOX: "public folders open through the account's own mailbox, and it has none: give it one",
}


def sentence(code: str, name: str, account: str) -> str:
    """Say what an administrator does about a code, of a folder (`EX:/o=...`) and an account; empty: it is none of these."""
    return _SENTENCES.get(code, "").format(
        path=_quoted(f"\\{HIDDEN}\\{STORE}\\{name}"), store=_quoted(f"\\{HIDDEN}\\{STORE}"), user=_quoted(account)
    )


def _quoted(text: str) -> str:
    # What stands between single quotes means nothing to PowerShell, for which a curly quote is one, too.
    return "'" + re.sub("['\u2018\u2019\u201a\u201b]", r"\g<0>\g<0>", text) + "'"
