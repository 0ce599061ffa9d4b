/// `lifeboat demo`: one real notice, one real process, saved through object storage and running again.
@NullMarked
package dev.lifeboat.edge.demo;

import org.jspecify.annotations.NullMarked;
