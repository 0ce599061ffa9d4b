module lifeboat.dev/oci-wrapper

go 1.25
