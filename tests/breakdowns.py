"""What the tests of a breakdown ask of the gallery."""

from collections import Counter

from explorer import gallery
from explorer.auto_class import BACKBONE, class_of_checkpoint
from explorer.breakdown import breakdown_of
from explorer.head import head_parameters
from explorer.loading.auto_classes import auto_classes
from explorer.loading.heads import build_diff


def classes(name):
    config = gallery.find(name)
    return config, class_of_checkpoint(config.architectures, auto_classes(config))


def diff_of(name, right=None):
    config, own = classes(name)
    return build_diff(config, BACKBONE, right or own)


def breakdown(name, right=None):
    diff = diff_of(name, right)
    return breakdown_of(diff.right, head_parameters(diff))


def stacks(found):
    return dict(Counter(layer.stack for layer in found.layers))
