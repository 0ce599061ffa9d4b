/// Main: parses the command and starts the role. The only edge that may see all others.
@NullMarked
package dev.lifeboat.edge.launch;

import org.jspecify.annotations.NullMarked;
