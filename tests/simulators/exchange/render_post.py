"""A public folder's posts as XML: PostItem with the fields a shape asks for, in the schema's order.

Fields the simulator stores nothing for are left out. Source: PostItemType in types.xsd; PidTagNormalizedSubject and
PidTagSubjectPrefix (the store computes both from the subject); the page FindItem operation, which tells of texts the
first 255 characters and of binary values the first 512 bytes.
"""

import base64
import re
from collections.abc import Callable, Mapping

from simulators.exchange import extended, foreign
from simulators.exchange.fields import CALENDAR_2010, CALENDAR_LATER, ITEM_2010
from simulators.exchange.items import PropertyKey
from simulators.exchange.public_rights import allowed
from simulators.exchange.public_store import Post, PublicFolder
from simulators.exchange.shapes import Shape
from simulators.exchange.soap import Element, bool_text, t
from simulators.exchange.switches import Switches
from simulators.exchange.times import utc_text

_PREFIX = re.compile(r"[^\W\d_]{1,3}: ")
_DEFAULT_OF_POSTS = ("ConversationTopic", "IsRead", "PostedTime")
_URIS = {"message:ConversationTopic", "message:IsRead", "postitem:PostedTime"} | {
    f"message:{name}" for name in ("ConversationIndex", "From", "InternetMessageId", "References", "Sender")
}
_LONGEST_TEXT, _LONGEST_BINARY = 255, 512


def prefix_of(subject: str) -> str:
    """The prefix of a subject: one to three letters, a colon and a blank; empty when it has none."""
    found = _PREFIX.match(subject)
    return found.group() if found else ""


_COMPUTED: Mapping[tuple[int, str], Callable[[Post], str]] = {
    (0x001A, "String"): lambda post: post.item_class,
    (0x0037, "String"): lambda post: post.subject,
    (0x003D, "String"): lambda post: prefix_of(post.subject),
    (0x0070, "String"): lambda post: post.subject[len(prefix_of(post.subject)) :],
    (0x0E1D, "String"): lambda post: post.subject[len(prefix_of(post.subject)) :],
    (0x3007, "SystemTime"): lambda post: utc_text(post.created),
    (0x3008, "SystemTime"): lambda post: utc_text(post.modified),
}
COMPUTED_TAGS = frozenset(tag for tag, _ in _COMPUTED)


def computed(key: PropertyKey, post: Post) -> tuple[str, ...] | None:
    """The values of any property of a post: kept ones, and those the store computes."""
    if key.tag is not None and (key.tag, key.type) in _COMPUTED:
        return (_COMPUTED[key.tag, key.type](post),)
    return post.properties.get(key)


def item_id(post: Post) -> Element:
    """The ItemId element of a post."""
    return t("ItemId", Id=post.id, ChangeKey=post.change_key)


def check(shape: Shape, switches: Switches) -> None:
    """Refuse a shape that names fields of other items, where the switch `foreign_fields` does."""
    calendar = tuple(name for name in sorted(shape.asked) if name in CALENDAR_2010 + CALENDAR_LATER)
    foreign.check((*calendar, *(uri for uri in shape.foreign if uri not in _URIS)), switches.refuses_foreign_fields)


def render(
    post: Post, folder: PublicFolder, shape: Shape, may: frozenset[str], user: str, switches: Switches, *, found: bool
) -> Element:
    """The post's element; `found` for a row of FindItem, which cuts long values."""
    element = t("PostItem")
    for name in ITEM_2010:
        if name == "ExtendedProperty":
            for path in shape.paths:
                key = extended.read_key(path)
                values = computed(key, post)
                told = extended.element(path, key, _cut(key, values, switches) if found and values else values)
                if told is not None:
                    element.append(told)
        elif name in shape.names:
            told = _field(name, post, folder, may, user)
            if told is not None:
                element.append(told)
    for name in _DEFAULT_OF_POSTS:
        if any(uri.endswith(f":{name}") for uri in shape.foreign) or (name != "PostedTime" and _is_whole(shape)):
            element.append(t(name, text=_OF_POSTS[name](post)))
    return element


_OF_POSTS: Mapping[str, Callable[[Post], str]] = {
    "ConversationTopic": lambda post: post.subject[len(prefix_of(post.subject)) :],
    "IsRead": lambda post: bool_text(post.is_read),
    "PostedTime": lambda post: utc_text(post.created),
}


def _is_whole(shape: Shape) -> bool:
    return "LastModifiedName" in shape.names and "LastModifiedName" not in shape.asked


def _field(name: str, post: Post, folder: PublicFolder, may: frozenset[str], user: str) -> Element | None:
    if name in _PLAIN:
        value = _PLAIN[name](post)
        return t(name, text=value) if value else None
    if name == "ItemId":
        return item_id(post)
    if name == "ParentFolderId":
        return t(name, Id=folder.id, ChangeKey=folder.change_key)
    if name == "EffectiveRights":
        own = post.creator == user
        return rights(may, delete=allowed(may, "Delete", own=own), modify=allowed(may, "Edit", own=own))
    return None


def rights(may: frozenset[str], *, delete: bool, modify: bool) -> Element:
    """EffectiveRights of a folder or a post."""
    told = {
        "CreateAssociated": "FolderOwner" in may,
        "CreateContents": "Create" in may,
        "CreateHierarchy": "CreateSubfolder" in may,
        "Delete": delete,
        "Modify": modify,
        "Read": "FolderVisible" in may,
    }
    return t("EffectiveRights", *(t(name, text=bool_text(value)) for name, value in told.items()))


def _cut(key: PropertyKey, values: tuple[str, ...], switches: Switches) -> tuple[str, ...]:
    kind = key.type.removesuffix("Array")
    if key.type != kind and not switches.find_cuts_arrays:
        return values
    if kind == "String":
        return tuple(value[:_LONGEST_TEXT] for value in values)
    if kind == "Binary":
        return tuple(base64.b64encode(base64.b64decode(value)[:_LONGEST_BINARY]).decode() for value in values)
    return values


_PLAIN: Mapping[str, Callable[[Post], str]] = {
    "ItemClass": lambda post: post.item_class,
    "Subject": lambda post: post.subject,
    "Sensitivity": lambda post: post.sensitivity,
    "Importance": lambda post: post.importance,
    "DateTimeReceived": lambda post: utc_text(post.created),
    "DateTimeSent": lambda post: utc_text(post.created),
    "DateTimeCreated": lambda post: utc_text(post.created),
    "LastModifiedName": lambda post: post.modifier,
    "LastModifiedTime": lambda post: utc_text(post.modified),
    "IsSubmitted": lambda _: "false",
    "IsDraft": lambda _: "false",
    "IsFromMe": lambda _: "false",
    "IsResend": lambda _: "false",
    "IsUnmodified": lambda _: "false",
    "IsAssociated": lambda _: "false",
    "HasAttachments": lambda _: "false",
    "ReminderIsSet": lambda _: "false",
    "Culture": lambda post: post.culture,
    "Size": lambda post: str(512 + len(post.subject) + sum(len(v) for vs in post.properties.values() for v in vs)),
}
