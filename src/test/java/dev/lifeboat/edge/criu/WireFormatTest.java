package dev.lifeboat.edge.criu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lifeboat.checkpoint.Extent;
import dev.lifeboat.checkpoint.MemoryObject;
import dev.lifeboat.checkpoint.MemoryObject.Kind;
import dev.lifeboat.edge.criu.ProtocolViolation.Code;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The byte sequences are laid out as struct page_server_iov of CRIU's page-xfer.c, for process 4242 (0x1092).
final class WireFormatTest {
    private static final MemoryObject TASK = new MemoryObject(Kind.TASK, 4242);

    @Test
    void narrowHeadersAreReadAsCriu41WritesThem() {
        assertThat(narrow("04000000 00000000 0000000000000000 0192100000000000"))
                .isEqualTo(new PageCommand.Open(TASK));
        assertThat(narrow("06000400 00010000 00007d8d257f0000 0192100000000000"))
                .isEqualTo(new PageCommand.Take(new Extent(TASK, 0x7f258d7d0000L, 256)));
        assertThat(narrow("06000100 03000000 0000400000000000 0192100000000000"))
                .isEqualTo(new PageCommand.Inherit(new Extent(TASK, 0x400000, 3)));
        assertThat(narrow("05000000 00000000 0000000000000000 0207000000000000"))
                .isEqualTo(new PageCommand.AskParent(new MemoryObject(Kind.SHARED, 7)));
        assertThat(narrow("24100000 00000000 0000000000000000 0000000000000000"))
                .isEqualTo(new PageCommand.Close());
        assertThat(narrow("23100000 00000000 0000000000000000 0000000000000000"))
                .isEqualTo(new PageCommand.Close());
    }

    @Test
    void wideHeadersAreReadAsCriu42WritesThem() {
        assertThat(wide("04000000 00000000 0000000000000000 0000000000000000 0192100000000000"))
                .isEqualTo(new PageCommand.Open(TASK));
        assertThat(wide("06000600 ffffffff 0001000000000000 00007d8d257f0000 0192100000000000"))
                .as("padding may hold anything")
                .isEqualTo(new PageCommand.Take(new Extent(TASK, 0x7f258d7d0000L, 256)));
    }

    @Test
    void countsAreUnsigned() {
        assertThat(narrow("06000400 ffffffff 0000000000000000 0192100000000000"))
                .isEqualTo(new PageCommand.Take(new Extent(TASK, 0, 0xffffffffL)));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "LEGACY_OPERATION,    01000000 01000000 0000000000000000 0192100000000000",
        "LEGACY_OPERATION,    02000000 01000000 0000000000000000 0192100000000000",
        "LEGACY_OPERATION,    03000000 00000000 0000000000000000 0192100000000000",
        "LAZY_REQUEST,        07000000 01000000 0000000000000000 9210000000000000",
        "UNKNOWN_OPERATION,   00000000 00000000 0000000000000000 0000000000000000",
        "UNKNOWN_OPERATION,   08000000 00000000 0000000000000000 0192100000000000",
        "UNKNOWN_OPERATION,   25100000 00000000 0000000000000000 0192100000000000",
        "UNKNOWN_FLAGS,       06000000 01000000 0000000000000000 0192100000000000",
        "UNKNOWN_FLAGS,       06000200 01000000 0000000000000000 0192100000000000",
        "UNKNOWN_FLAGS,       06000500 01000000 0000000000000000 0192100000000000",
        "UNKNOWN_FLAGS,       0600ffff 01000000 0000000000000000 0192100000000000",
        "LEGACY_OBJECT_TYPE,  04000000 00000000 0000000000000000 0a92100000000000",
        "LEGACY_OBJECT_TYPE,  04000000 00000000 0000000000000000 2292100000000000",
        "UNKNOWN_OBJECT_TYPE, 04000000 00000000 0000000000000000 0092100000000000",
        "UNKNOWN_OBJECT_TYPE, 04000000 00000000 0000000000000000 ff92100000000000",
        "OBJECT_OUT_OF_RANGE, 04000000 00000000 0000000000000000 0100000000000000",
        "OBJECT_OUT_OF_RANGE, 04000000 00000000 0000000000000000 01ffffffffffffff",
        "ADDRESS_NOT_ALIGNED, 06000400 01000000 0100000000000000 0192100000000000",
        "EXTENT_OUT_OF_RANGE, 06000400 00000000 0000000000000000 0192100000000000",
        "EXTENT_OUT_OF_RANGE, 06000400 01000000 00f0ffffffffffff 0192100000000000",
        "EXTENT_OUT_OF_RANGE, 06000400 02000000 00f0ffffffffff00 0192100000000000",
        "EXTENT_OUT_OF_RANGE, 06000400 01000000 0000000000000001 0192100000000000",
    })
    void whatCriuDoesNotSendIsRefusedByName(Code code, String header) {
        assertThatExceptionOfType(ProtocolViolation.class)
                .isThrownBy(() -> narrow(header))
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(code));
    }

    @ParameterizedTest
    @CsvSource({"ffffffffffffffff", "0000000000000080", "0000000000001000", "0000000000000000"})
    void wideCountsCannotOverflowAnAddress(String pages) {
        assertThatExceptionOfType(ProtocolViolation.class)
                .isThrownBy(() -> wide("06000400 00000000 " + pages + " 0010000000000000 0192100000000000"))
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(Code.EXTENT_OUT_OF_RANGE));
    }

    @Test
    void theVersionChoosesTheFormat() {
        assertThat(WireFormat.of(new CriuVersion(4, 1, 1))).isEqualTo(WireFormat.UP_TO_4_1);
        assertThat(WireFormat.of(new CriuVersion(4, 2, 0))).isEqualTo(WireFormat.SINCE_4_2);
        assertThat(WireFormat.of(new CriuVersion(5, 0, 0))).isEqualTo(WireFormat.SINCE_4_2);
    }

    private static PageCommand narrow(String hex) {
        return WireFormat.UP_TO_4_1.parse(bytes(hex));
    }

    private static PageCommand wide(String hex) {
        return WireFormat.SINCE_4_2.parse(bytes(hex));
    }

    private static ByteBuffer bytes(String hex) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(hex.replace(" ", "")));
    }
}
