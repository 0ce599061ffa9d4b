package dev.lifeboat.edge.process;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import dev.lifeboat.edge.process.StandIn.Question;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufInputStream;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Frame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2SettingsFrame;
import io.netty.util.AsciiString;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Answers gRPC's health check as a kubelet makes it (`pkg/probe/grpc`): one call on a connection of
/// its own, over HTTP/2 that neither TLS nor an upgrade goes before.
/// <https://github.com/grpc/grpc/blob/master/doc/health-checking.md>
///
/// The codec is Netty's, without its network: the sockets are those that were opened in the pod's.
///
/// @param asked whole requests, as they stand in a call's body
record HealthCheck(Set<ByteBuf> asked) {
    /// `HealthCheckRequest.service`, `HealthCheckResponse.status`
    private static final int FIRST_FIELD = 1;

    private static final int SERVING = 1;

    /// Without arenas, which would outlive a connection.
    private static final ByteBufAllocator HEAP = new UnpooledByteBufAllocator(false);

    /// RFC 9113, 4.1 and 6.5: nothing is asked for.
    private static final byte[] SETTINGS = {0, 0, 0, Http2FrameTypes.SETTINGS, 0, 0, 0, 0, 0};

    /// Takes some tenths of a second the first time: who asks later does not wait for classes to be loaded.
    static HealthCheck of(List<Question.Grpc> checks) throws IOException {
        var made = new HealthCheck(
                checks.stream().map(check -> request(check.service())).collect(Collectors.toUnmodifiableSet()));
        var greeting = Unpooled.wrappedBuffer(Http2CodecUtil.connectionPrefaceBuf(), Unpooled.wrappedBuffer(SETTINGS));
        made.answer(new ByteBufInputStream(greeting), OutputStream.nullOutputStream());
        return made;
    }

    private static ByteBuf request(String service) {
        var request = UnknownFieldSet.newBuilder();
        // As proto3 has it, what is empty is left out.
        if (!service.isEmpty()) {
            request.mergeLengthDelimitedField(FIRST_FIELD, ByteString.copyFromUtf8(service));
        }
        return framed(request.build());
    }

    private static ByteBuf serving() {
        return framed(UnknownFieldSet.newBuilder()
                .mergeVarintField(FIRST_FIELD, SERVING)
                .build());
    }

    /// Not compressed: a zero, its length, itself (<https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md>).
    private static ByteBuf framed(UnknownFieldSet message) {
        return Unpooled.buffer()
                .writeByte(0)
                .writeInt(message.getSerializedSize())
                .writeBytes(message.toByteArray());
    }

    /// Returns when the asker ends, or has shown to be no probe. Who does not begin as HTTP/2 does is told
    /// nothing; who does has to be greeted, for a client asks nothing before.
    void answer(InputStream in, OutputStream out) throws IOException {
        var call = new Call(asked);
        var channel = new EmbeddedChannel();
        channel.config().setAllocator(HEAP);
        channel.pipeline().addLast(codec(), call);
        try {
            byte[] some = new byte[Hearing.MOST_BYTES];
            for (int count = in.read(some); count >= 0; count = in.read(some)) {
                var _ = channel.writeInbound(Unpooled.copiedBuffer(some, 0, count));
                if (call.refused) {
                    return;
                }
                if (call.greeted) {
                    send(channel, out);
                }
            }
        } finally {
            var _ = channel.finishAndReleaseAll();
        }
    }

    private static ChannelHandler codec() {
        return Http2FrameCodecBuilder.forServer()
                .initialSettings(
                        Http2Settings.defaultSettings().maxConcurrentStreams(1).maxHeaderListSize(Hearing.MOST_BYTES))
                .build();
    }

    private static void send(EmbeddedChannel channel, OutputStream out) throws IOException {
        for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
            part.readBytes(out, part.readableBytes());
            part.release();
        }
    }

    /// The one that a connection is there for.
    private static final class Call extends SimpleChannelInboundHandler<Http2Frame> {
        private final Set<ByteBuf> asked;
        private final ByteBuf body = Unpooled.buffer();
        private @Nullable Http2FrameStream stream;

        /// It has begun as HTTP/2 does.
        private boolean greeted;

        private boolean refused;

        private Call(Set<ByteBuf> asked) {
            this.asked = asked;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, Http2Frame frame) {
            switch (frame) {
                case Http2SettingsFrame _ -> greeted = true;
                case Http2HeadersFrame head -> begin(head);
                case Http2DataFrame part -> goOn(context, part);
                // Pings and the like, which the codec answers.
                default -> {}
            }
        }

        private void begin(Http2HeadersFrame head) {
            refused |= stream != null || !isProbe(head.headers());
            stream = head.stream();
        }

        private static boolean isProbe(Http2Headers headers) {
            return AsciiString.contentEquals("POST", headers.method())
                    && AsciiString.contentEquals("/grpc.health.v1.Health/Check", headers.path())
                    && AsciiString.contentEquals("application/grpc", headers.get("content-type"))
                    && headers.get("user-agent", "").toString().startsWith("kube-probe/");
        }

        private void goOn(ChannelHandlerContext context, Http2DataFrame part) {
            body.writeBytes(part.content());
            if (part.isEndStream() && asked.contains(body)) {
                answer(context, Objects.requireNonNull(stream));
            } else if (part.isEndStream()) {
                refused = true;
            }
        }

        private static void answer(ChannelHandlerContext context, Http2FrameStream stream) {
            var head = new DefaultHttp2Headers().status("200").set("content-type", "application/grpc");
            var status = new DefaultHttp2Headers().set("grpc-status", "0");
            var _ = context.write(new DefaultHttp2HeadersFrame(head).stream(stream));
            var _ = context.write(new DefaultHttp2DataFrame(serving()).stream(stream));
            var _ = context.writeAndFlush(new DefaultHttp2HeadersFrame(status, true).stream(stream));
        }

        /// What was said is not what the protocol allows.
        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            refused = true;
        }
    }
}
