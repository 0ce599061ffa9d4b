package dev.lifeboat.edge.demo.imds;

/// Who the emulated instance is.
///
/// @param id such as `i-0123456789abcdef0`
/// @param type such as `m7i.large`
/// @param zone such as `eu-central-1a`
/// @param imageId such as `ami-0abcdef1234567890`
record Instance(String id, String type, String zone, String imageId, String privateIp) {
    Instance {
        require(id, "i-[0-9a-f]{8}([0-9a-f]{9})?", "an instance id");
        require(type, "[a-z0-9-]{1,20}\\.[a-z0-9-]{1,20}", "an instance type");
        require(zone, "[a-z]{2}(-[a-z]+)+-[0-9][a-z]", "an availability zone");
        require(imageId, "ami-[0-9a-f]{8}([0-9a-f]{9})?", "an image id");
        require(privateIp, "[0-9]{1,3}(\\.[0-9]{1,3}){3}", "an IPv4 address");
    }

    String region() {
        return zone.substring(0, zone.length() - 1);
    }

    String hostname() {
        return "ip-" + privateIp.replace('.', '-') + "." + region() + ".compute.internal";
    }

    /// Source: EC2 user guide, "Instance identity documents"; every field is checked above, so nothing needs escaping.
    String identityDocument() {
        return """
                {
                  "accountId" : "000000000000",
                  "architecture" : "x86_64",
                  "availabilityZone" : "%s",
                  "billingProducts" : null,
                  "imageId" : "%s",
                  "instanceId" : "%s",
                  "instanceType" : "%s",
                  "kernelId" : null,
                  "pendingTime" : "2026-01-01T00:00:00Z",
                  "privateIp" : "%s",
                  "ramdiskId" : null,
                  "region" : "%s",
                  "version" : "2017-09-30"
                }""".formatted(zone, imageId, id, type, privateIp, region());
    }

    private static void require(String value, String pattern, String what) {
        if (!value.matches(pattern)) {
            throw new IllegalArgumentException("not " + what + ": '" + value + "'");
        }
    }
}
