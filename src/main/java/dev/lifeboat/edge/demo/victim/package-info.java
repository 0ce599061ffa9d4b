/// The process that the demo saves: it proves about itself, all the time, that no page and no line of it was lost.
///
/// It uses the JDK alone and runs in a JVM of its own, so that nothing of ours is inside what is dumped.
@NullMarked
package dev.lifeboat.edge.demo.victim;

import org.jspecify.annotations.NullMarked;
