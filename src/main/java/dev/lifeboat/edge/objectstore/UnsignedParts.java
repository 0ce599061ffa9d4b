package dev.lifeboat.edge.objectstore;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.http.auth.aws.scheme.AwsV4AuthScheme;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.AsyncSignRequest;
import software.amazon.awssdk.http.auth.spi.signer.AsyncSignedRequest;
import software.amazon.awssdk.http.auth.spi.signer.SignRequest;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.IdentityProvider;
import software.amazon.awssdk.identity.spi.IdentityProviders;

/// Signature version 4 that leaves out the content of what is made of sealed chunks, over plain HTTP as the SDK
/// does over HTTPS: docs/adr/0070.
///
/// Nothing of it is believed before their tags fit. All else is signed whole.
final class UnsignedParts implements AwsV4AuthScheme, AwsV4HttpSigner {
    /// What such content calls itself.
    static final String SEALED = "application/vnd.lifeboat.sealed-chunks";

    private final AwsV4HttpSigner whole = AwsV4HttpSigner.create();

    @Override
    public IdentityProvider<AwsCredentialsIdentity> identityProvider(IdentityProviders providers) {
        return providers.identityProvider(AwsCredentialsIdentity.class);
    }

    @Override
    public AwsV4HttpSigner signer() {
        return this;
    }

    @Override
    public String schemeId() {
        return SCHEME_ID;
    }

    @Override
    public SignedRequest sign(SignRequest<? extends AwsCredentialsIdentity> request) {
        if (!request.request().firstMatchingHeader("Content-Type").equals(Optional.of(SEALED))) {
            return whole.sign(request);
        }
        // Without a payload there is none to sign, whatever the protocol.
        SignedRequest signed = whole.sign(request.copy(bare -> bare.payload(null)
                .putProperty(AwsV4FamilyHttpSigner.PAYLOAD_SIGNING_ENABLED, false)
                .putProperty(AwsV4FamilyHttpSigner.CHUNK_ENCODING_ENABLED, false)));
        return SignedRequest.builder()
                .request(signed.request())
                .payload(request.payload().orElse(null))
                .build();
    }

    @Override
    public CompletableFuture<AsyncSignedRequest> signAsync(AsyncSignRequest<? extends AwsCredentialsIdentity> request) {
        return whole.signAsync(request);
    }
}
