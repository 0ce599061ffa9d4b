/// An instance metadata service that answers as EC2's does, for the demo, for tests, and for people without an
/// instance.
@NullMarked
package dev.lifeboat.edge.demo.imds;

import org.jspecify.annotations.NullMarked;
