/// Role: carries out orders on one node.
@NullMarked
package dev.lifeboat.agent;

import org.jspecify.annotations.NullMarked;
