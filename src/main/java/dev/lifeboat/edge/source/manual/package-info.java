/// What people and their tools say by hand, over HTTP or on the command line.
@NullMarked
package dev.lifeboat.edge.source.manual;

import org.jspecify.annotations.NullMarked;
