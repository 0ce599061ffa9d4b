package dev.lifeboat.edge.objectstore;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lifeboat.agent.CheckpointStore.Claim;
import dev.lifeboat.agent.CheckpointStore.ClaimAnswer;
import dev.lifeboat.agent.CheckpointStore.ClaimAnswer.Lost;
import dev.lifeboat.agent.CheckpointStore.ClaimAnswer.Won;
import dev.lifeboat.agent.CorruptCheckpoint;
import dev.lifeboat.agent.StoreFailed;
import dev.lifeboat.checkpoint.CheckpointId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Claims as objects that are put once and never change: docs/explanation/one-copy.md.
///
/// Only If-None-Match is needed of a store: of its If-Match some servers do not keep the promise under
/// concurrency.
final class Claims {
    private static final ObjectMapper JSON = JsonMapper.builder().build();
    private static final int MAX_BYTES = 4096;

    private final ObjectStore store;

    Claims(ObjectStore store) {
        this.store = store;
    }

    private record Json(String claimant, int epoch) {}

    ClaimAnswer claim(CheckpointId id, Claim wanted) {
        Optional<Claim> confirmed = read(confirmation(id));
        if (confirmed.isPresent()) {
            return answer(confirmed.get(), wanted, Standing.CONFIRMED);
        }
        String own = epoch(id, wanted.epoch());
        store.putIfAbsent(own, json(wanted));
        return answer(highest(id), wanted, Standing.HELD);
    }

    /// The confirmation is one object for all epochs, so of any number of claimants one confirms.
    ClaimAnswer confirm(CheckpointId id, Claim held) {
        ClaimAnswer holder = answer(highest(id), held, Standing.HELD);
        if (holder instanceof Lost) {
            return holder;
        }
        if (store.putIfAbsent(confirmation(id), json(held))) {
            return new Won();
        }
        return answer(read(confirmation(id)).orElseThrow(() -> gone(id)), held, Standing.CONFIRMED);
    }

    private enum Standing {
        HELD,
        CONFIRMED
    }

    private static ClaimAnswer answer(Claim standing, Claim asked, Standing how) {
        return standing.equals(asked) ? new Won() : new Lost(standing, how == Standing.CONFIRMED);
    }

    private Claim highest(CheckpointId id) {
        List<String> claims = store.list(claims(id));
        if (claims.isEmpty()) {
            throw gone(id);
        }
        return read(claims.getLast()).orElseThrow(() -> gone(id));
    }

    private static StoreFailed gone(CheckpointId id) {
        return new StoreFailed(StoreFailed.Kind.NOT_FOUND, "there is no claim on " + id);
    }

    /// Who holds it, or runs from it.
    Optional<Claim> standing(CheckpointId id) {
        Optional<Claim> confirmed = confirmed(id);
        boolean free = confirmed.isEmpty() && store.list(claims(id)).isEmpty();
        return confirmed.isPresent() || free ? confirmed : Optional.of(highest(id));
    }

    /// Who runs from it.
    Optional<Claim> confirmed(CheckpointId id) {
        return read(confirmation(id));
    }

    void filling(CheckpointId id, Claim by) {
        store.put(fillingKey(id), json(by));
    }

    void filled(CheckpointId id) {
        store.delete(fillingKey(id));
    }

    /// Whoever runs from it still fetches pages.
    boolean isFilling(CheckpointId id) {
        return read(fillingKey(id)).isPresent();
    }

    private static String fillingKey(CheckpointId id) {
        return StoredCheckpoints.root(id) + "filling";
    }

    static boolean isClaim(CheckpointId id, String key) {
        return key.equals(confirmation(id)) || key.equals(fillingKey(id)) || key.startsWith(claims(id));
    }

    private static String claims(CheckpointId id) {
        return StoredCheckpoints.root(id) + "claims/";
    }

    /// Ten digits, so that the order of the keys is the order of the epochs.
    private static String epoch(CheckpointId id, int epoch) {
        return claims(id) + String.format(Locale.ROOT, "%010d", epoch);
    }

    private static String confirmation(CheckpointId id) {
        return StoredCheckpoints.root(id) + "confirmed";
    }

    private Optional<Claim> read(String key) {
        return store.get(key, MAX_BYTES).map(content -> parse(key, content));
    }

    private static Claim parse(String key, byte[] content) {
        try {
            Json json = JSON.readValue(content, Json.class);
            return new Claim(json.claimant, json.epoch);
        } catch (IOException e) {
            throw new CorruptCheckpoint(key + ": not a claim: " + e.getMessage(), e);
        }
    }

    private static byte[] json(Claim claim) {
        try {
            return JSON.writeValueAsBytes(new Json(claim.claimant(), claim.epoch()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
