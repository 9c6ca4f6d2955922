"""Google's event resources and calpair's events, into each other. Pure.

    item = reading.item(resource, known)                     # what Google holds, as an Item
    held = holding.hold(event, colours)                      # what Google would hold of an event, with the losses
    body = writing.whole(event, colours)                     # the body of an insert
    body = writing.fields(event, names, item.rest, colours)  # the body of a patch: these fields and nothing else

What no field of calpair's names (guests, conferences, attachments, labels) is never sent, so a patch leaves it alone.
Source: the discovery document's Event schema (revision 20261030) and its reference page.
"""
