/// EC2: the instance metadata service of one node, and the account's events over SQS.
@NullMarked
package dev.lifeboat.edge.source.ec2;

import org.jspecify.annotations.NullMarked;
