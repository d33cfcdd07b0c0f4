using System.IO.Compression;
using System.Net.Sockets;
using System.Text;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Endpoints;

/// <summary>Streams between a client and a provider of another format, and everything that goes wrong with them, down to the bytes.</summary>
public sealed class ProxyTranslatedStreamTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static TheoryData<string, string> Pairs => new()
    {
        { "messages", "chat" }, { "chat", "messages" }, { "responses", "chat" }, { "chat", "responses" }, { "responses", "messages" }, { "messages", "responses" },
    };

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Stream_SlowProvider_EveryPieceArrivesBeforeTheNextIsSent(string client, string provider)
    {
        using var next = new SemaphoreSlim(0);
        await using var rig = await Rig.StartAsync(client, provider, async (request, words) =>
        {
            await request.BeginChunkedAsync();
            await request.SendChunkAsync(words.Begin + words.Text("one-"));
            await next.WaitAsync(request.TestOver);
            await request.SendChunkAsync(words.Text("two-"));
            await next.WaitAsync(request.TestOver);
            await request.SendChunkAsync(words.End);
            await request.EndChunkedAsync();
        });
        using var response = await rig.SendAsync();
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        await using var stream = await response.Content.ReadAsStreamAsync();
        var text = await UntilAsync(stream, "one-");
        next.Release();
        text += await UntilAsync(stream, "two-");
        next.Release();
        text += await UntilAsync(stream, null);
        Assert.Equal("one-two-", rig.Client.TextOf(text));
        Assert.Contains(rig.Client.LastOfAll, text, StringComparison.Ordinal);
    }

    [Theory]
    [Trait("Complaint", "9")]
    [MemberData(nameof(Pairs))]
    public async Task Stream_EveryByteInAChunkOfItsOwn_ArrivesWhole(string client, string provider)
    {
        const string Text = "naïve 日本 🙂 \\ud83d\\ude42";
        await using var rig = await Rig.StartAsync(client, provider, async (request, words) =>
        {
            await request.BeginChunkedAsync();
            foreach (var value in Encoding.UTF8.GetBytes(words.Begin + words.Text(Text) + words.End))
                await request.SendChunkAsync([value]);
            await request.EndChunkedAsync();
        });
        Assert.Equal("naïve 日本 🙂 🙂", rig.Client.TextOf(await rig.ReadAsync()));
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Stream_OneLineOf2MB_ArrivesWhole(string client, string provider)
    {
        var text = new string('x', 2 << 20);
        await using var rig = await Rig.StartAsync(client, provider, (request, words) => AnswerAsync(request, words.Begin + words.Text(text) + words.End));
        var stream = await rig.ReadAsync();
        Assert.True(rig.Client.TextOf(stream) == text, "the text is another one");
        Assert.Contains(rig.Client.LastOfAll, stream, StringComparison.Ordinal);
    }

    [Theory]
    [Trait("Complaint", "5")]
    [MemberData(nameof(Pairs))]
    public async Task ClientLeaves_TheProvidersRequestEnds(string client, string provider)
    {
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var rig = await Rig.StartAsync(client, provider, async (request, words) =>
        {
            await request.BeginChunkedAsync();
            await request.SendChunkAsync(words.Begin + words.Text("one-"));
            await request.WaitForCloseAsync();
            closed.SetResult();
        });
        using (var response = await rig.SendAsync())
        {
            await using var stream = await response.Content.ReadAsStreamAsync();
            await UntilAsync(stream, "one-");
        }

        await closed.Task.WaitAsync(Patience);
    }

    [Theory]
    [Trait("Complaint", "5")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ClientLeavesBeforeTheFirstByte_TheProvidersRequestEnds(bool stream)
    {
        var (asked, closed) = (new TaskCompletionSource(), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        await using var rig = await Rig.StartAsync("messages", "chat", async (request, _) =>
        {
            asked.SetResult();
            await request.WaitForCloseAsync();
            closed.SetResult();
        });
        using (var leaving = new CancellationTokenSource())
        {
            var pending = rig.Gateway.Client.PostAsync(rig.Client.Path, new StringContent(rig.Question(stream), null, "application/json"), leaving.Token);
            await asked.Task.WaitAsync(Patience);
            await leaving.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pending);
        }

        await closed.Task.WaitAsync(Patience);
    }

    [Theory]
    [Trait("Complaint", "10")]
    [MemberData(nameof(Pairs))]
    public async Task ProviderBreaksOff_ClientGetsAnErrorOfItsFormat(string client, string provider)
    {
        foreach (var half in (string[])["", "data: {\"half\":"])
        {
            await using var rig = await Rig.StartAsync(client, provider, async (request, words) =>
            {
                await request.BeginChunkedAsync();
                await request.SendChunkAsync(words.Begin + words.Text("one-") + half);
                request.Close();
            });
            var stream = await rig.ReadAsync();
            Assert.Equal("one-", rig.Client.TextOf(stream));
            Assert.Contains("connection lost", rig.Client.ErrorOf(stream), StringComparison.Ordinal);
            Assert.DoesNotContain(rig.Client.LastOfAll, stream, StringComparison.Ordinal);
        }
    }

    [Theory]
    [Trait("Complaint", "10")]
    [MemberData(nameof(Pairs))]
    public async Task ProviderEndsItsStreamTooEarly_ClientGetsAnErrorOfItsFormat(string client, string provider)
    {
        foreach (var head in (string[])["transfer-encoding: chunked", "connection: close"])
        {
            await using var rig = await Rig.StartAsync(client, provider, async (request, words) =>
            {
                await request.SendAsync($"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n{head}\r\n\r\n");
                var said = words.Begin + words.Text("one-");
                await request.SendAsync(head.EndsWith("chunked", StringComparison.Ordinal) ? $"{Encoding.UTF8.GetByteCount(said):x}\r\n{said}\r\n0\r\n\r\n" : said);
                request.Close();
            });
            Assert.NotNull(rig.Client.ErrorOf(await rig.ReadAsync()));
        }
    }

    [Theory]
    [Trait("Complaint", "10")]
    [MemberData(nameof(Pairs))]
    public async Task ProviderReportsAnErrorWithinItsStream_ClientGetsItInItsFormat(string client, string provider)
    {
        using var next = new SemaphoreSlim(0);
        await using var rig = await Rig.StartAsync(client, provider, async (request, words) =>
        {
            await request.BeginChunkedAsync();
            await request.SendChunkAsync(words.Begin + words.Text("one-"));
            await next.WaitAsync(request.TestOver);
            await request.SendChunkAsync(words.Overloaded());
            await request.EndChunkedAsync();
        });
        using var response = await rig.SendAsync();
        await using var stream = await response.Content.ReadAsStreamAsync();
        var text = await UntilAsync(stream, "one-");
        next.Release();
        text += await UntilAsync(stream, null);
        Assert.Equal(("one-", $"of-{provider}: Overloaded"), (rig.Client.TextOf(text), rig.Client.ErrorOf(text)));
    }

    [Theory]
    [Trait("Complaint", "6")]
    [MemberData(nameof(Pairs))]
    public async Task ProviderBeginsWithAnError_ItIsAStatus(string client, string provider)
    {
        await using var rig = await Rig.StartAsync(client, provider, (request, words) => AnswerAsync(request, words.Overloaded()));
        var answer = await rig.Gateway.PostAsync(rig.Client.Path, rig.Question(stream: true));
        Assert.InRange(answer.Status, 500, 599);
        Assert.Equal($"of-{provider}: Overloaded", answer.Json.GetProperty("error").GetProperty("message").GetString());
    }

    [Theory]
    [Trait("Complaint", "6")]
    [InlineData("")]
    [InlineData("data: {\"error\":{\"message\":\"Overloaded\",\"type\":\"overloaded_error\"}}\n\n")]
    public async Task FirstModelFailsBeforeItSaysAnything_SecondAnswers(string said)
    {
        await using var first = RawUpstream.Start(request => AnswerAsync(request, said));
        await using var second = RawUpstream.Start(request => AnswerAsync(request, FormatWords.Chat.Text("two") + FormatWords.Chat.End));
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.Chain(first.Address, second.Address));
        var answer = await gateway.PostAsync("/v1/messages", """{"model":"x","max_tokens":9,"stream":true,"messages":[{"role":"user","content":"write a function that sorts a list"}]}""");
        Assert.Equal(("second/b", "two"), (answer.Headers["x-modelscan-model"], FormatWords.Messages.TextOf(answer.Text)));
    }

    [Fact]
    [Trait("Complaint", "6")]
    public async Task FirstModelRefusesTheRequestItself_NobodyElseIsAsked()
    {
        await using var first = RawUpstream.Start(ProxyConfig.Error(400));
        await using var second = RawUpstream.Start(ProxyConfig.Ok);
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.Chain(first.Address, second.Address));
        var answer = await gateway.PostAsync("/v1/messages", """{"model":"x","max_tokens":9,"messages":[{"role":"user","content":"write a function that sorts a list"}]}""");
        Assert.Equal((400, "invalid_request_error", 0), (answer.Status, answer.Json.GetProperty("error").GetProperty("type").GetString(), second.Requests));
    }

    [Theory]
    [Trait("Complaint", "8")]
    [InlineData("messages", "chat", "idle", "no further data within 0.2 s")]
    [InlineData("chat", "messages", "idle", "no further data within 0.2 s")]
    [InlineData("responses", "chat", "idle", "no further data within 0.2 s")]
    [InlineData("messages", "chat", "total", "no complete answer within 0.2 s")]
    public async Task ProviderFallsSilentWithinAStream_ClientGetsAnErrorAfterTheLimit(string client, string provider, string limit, string expected)
    {
        await using var rig = await Rig.StartAsync(
            client, provider,
            async (request, words) =>
            {
                await request.BeginChunkedAsync();
                await request.SendChunkAsync(words.Begin + words.Text("one-"));
                await request.WaitForCloseAsync();
            },
            $", timeouts: {{ {limit}: 200ms }}");
        var stream = await rig.ReadAsync();
        Assert.Contains(expected, rig.Client.ErrorOf(stream), StringComparison.Ordinal);
    }

    [Theory]
    [Trait("Complaint", "8")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ProviderSendsHeadersAndThenNothing_Is504(bool stream)
    {
        await using var rig = await Rig.StartAsync(
            "messages", "chat",
            async (request, _) =>
            {
                await request.BeginChunkedAsync(stream ? "text/event-stream" : "application/json");
                await request.WaitForCloseAsync();
            },
            ", timeouts: { first_byte: 200ms }");
        Assert.Equal(504, (await rig.Gateway.PostAsync(rig.Client.Path, rig.Question(stream))).Status);
    }

    [Fact]
    [Trait("Complaint", "7")]
    public async Task KeepAlive_WhileTheProviderThinks_CommentsArriveBetweenEvents()
    {
        using var goOn = new SemaphoreSlim(0);
        await using var rig = await Rig.StartAsync(
            "messages", "chat",
            async (request, words) =>
            {
                await request.BeginChunkedAsync();
                await goOn.WaitAsync(request.TestOver);
                await request.SendChunkAsync(words.Text("one-"));
                await goOn.WaitAsync(request.TestOver);
                await request.SendChunkAsync(words.End);
                await request.EndChunkedAsync();
            },
            ", keep_alive: 50ms");
        using var response = await rig.SendAsync();
        await using var stream = await response.Content.ReadAsStreamAsync();
        var text = await UntilAsync(stream, ": keep-alive\n\n");
        goOn.Release();
        text += await UntilAsync(stream, "one-");
        text += await UntilAsync(stream, ": keep-alive\n\n");
        goOn.Release();
        text += await UntilAsync(stream, null);
        Assert.Equal("one-", rig.Client.TextOf(text));
        Assert.Contains(rig.Client.LastOfAll, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SlowClient_SlowsTheProviderDown()
    {
        // More than all buffers on the way can hold; a gateway that collected it would let the provider finish.
        const int Total = 192 << 20;
        long sent = 0;
        await using var rig = await Rig.StartAsync("messages", "chat", async (request, words) =>
        {
            await request.BeginChunkedAsync();
            var piece = Encoding.UTF8.GetBytes(words.Text(new string('x', 65_000)));
            while (Interlocked.Read(ref sent) < Total)
            {
                await request.SendChunkAsync(piece);
                Interlocked.Add(ref sent, piece.Length);
            }
        });
        using var client = new TcpClient { ReceiveBufferSize = 16 * 1024 };
        await client.ConnectAsync("127.0.0.1", rig.Gateway.Client.BaseAddress!.Port);
        var question = rig.Question(stream: true);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"POST {rig.Client.Path} HTTP/1.1\r\nhost: x\r\ncontent-length: {question.Length}\r\n\r\n{question}"));
        await ProxyStreamTests.StandsStillAsync(() => Interlocked.Read(ref sent));
        Assert.InRange(Interlocked.Read(ref sent), 1, 64 << 20);
    }

    [Theory]
    [InlineData("gzip", true)]
    [InlineData("gzip", false)]
    [InlineData("br", true)]
    [InlineData("br", false)]
    [InlineData("deflate", true)]
    public async Task Answer_CompressedAgainstOurWish_IsUnderstood(string encoding, bool stream)
    {
        await using var rig = await Rig.StartAsync("messages", "chat", async (request, words) =>
        {
            var compressed = Compress(encoding, stream ? words.Begin + words.Text("one 🙂") + words.End : words.Whole("one 🙂"));
            await request.BeginChunkedAsync(stream ? "text/event-stream" : "application/json", $"content-encoding: {encoding}\r\n");
            foreach (var value in compressed)
                await request.SendChunkAsync([value]);
            await request.EndChunkedAsync();
        });
        var answer = await rig.Gateway.PostAsync(rig.Client.Path, rig.Question(stream));
        Assert.Equal("one 🙂", stream ? rig.Client.TextOf(answer.Text) : rig.Client.TextOf(answer.Json));
        Assert.False(answer.Headers.ContainsKey("content-encoding"));
    }

    [Theory]
    [InlineData("gzip", true)]
    [InlineData("gzip", false)]
    [InlineData("br", false)]
    public async Task Answer_CompressionIsBroken_IsTheProvidersFault(string encoding, bool stream)
    {
        await using var rig = await Rig.StartAsync("messages", "chat", async (request, words) =>
        {
            await request.BeginChunkedAsync(stream ? "text/event-stream" : "application/json", $"content-encoding: {encoding}\r\n");
            await request.SendChunkAsync([0x1f, 0x8b, 8, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 200, 201, 202, 203]);
            await request.EndChunkedAsync();
        });
        Assert.Equal(502, (await rig.Gateway.PostAsync(rig.Client.Path, rig.Question(stream))).Status);
    }

    [Theory]
    [InlineData("chunked")]
    [InlineData("content-length")]
    [InlineData("close")]
    public async Task Answer_LargeAndFramedInAnyWay_ArrivesWhole(string framing)
    {
        var text = new string('x', 3_000_000);
        await using var rig = await Rig.StartAsync("messages", "chat", async (request, words) =>
        {
            var body = words.Whole(text);
            if (framing == "chunked")
            {
                await request.BeginChunkedAsync("application/json");
                foreach (var piece in Encoding.UTF8.GetBytes(body).Chunk(10_000))
                    await request.SendChunkAsync(piece);
                await request.EndChunkedAsync();
                return;
            }

            await request.SendAsync($"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n{(framing == "close" ? "connection: close" : $"content-length: {body.Length}")}\r\n\r\n{body}");
            if (framing == "close")
                request.Close();
        });
        var answer = await rig.Gateway.PostAsync(rig.Client.Path, rig.Question(stream: false));
        Assert.True(rig.Client.TextOf(answer.Json) == text, "the text is another one");
    }

    [Theory]
    [InlineData("chunked")]
    [InlineData("content-length")]
    [InlineData("close")]
    public async Task Answer_WholeOneBrokenOff_Is502(string framing)
    {
        await using var rig = await Rig.StartAsync("messages", "chat", async (request, words) =>
        {
            var half = words.Whole("one")[..20];
            if (framing == "chunked")
            {
                await request.BeginChunkedAsync("application/json");
                await request.SendChunkAsync(half);
            }
            else
            {
                await request.SendAsync($"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n{(framing == "close" ? "connection: close" : "content-length: 200")}\r\n\r\n{half}");
            }

            request.Close();
        });
        Assert.Equal(502, (await rig.Gateway.PostAsync(rig.Client.Path, rig.Question(stream: false))).Status);
    }

    private static byte[] Compress(string encoding, string text)
    {
        using var memory = new MemoryStream();
        using (Stream stream = encoding switch
        {
            "gzip" => new GZipStream(memory, CompressionLevel.Fastest, leaveOpen: true),
            "br" => new BrotliStream(memory, CompressionLevel.Fastest, leaveOpen: true),
            _ => new ZLibStream(memory, CompressionLevel.Fastest, leaveOpen: true),
        })
        {
            stream.Write(Encoding.UTF8.GetBytes(text));
        }

        return memory.ToArray();
    }

    private static async Task AnswerAsync(RawRequest request, string events)
    {
        await request.BeginChunkedAsync();
        if (events.Length > 0)
            await request.SendChunkAsync(events);
        await request.EndChunkedAsync();
    }

    // Reads until something stands in what was read, or to the end.
    private static async Task<string> UntilAsync(Stream stream, string? words)
    {
        var text = new List<byte>();
        var buffer = new byte[4096];
        using var patience = new CancellationTokenSource(Patience);
        while (words is null || !Encoding.UTF8.GetString([.. text]).Contains(words, StringComparison.Ordinal))
        {
            try
            {
                var read = await stream.ReadAsync(buffer, patience.Token);
                if (read == 0)
                    break;
                text.AddRange(buffer.AsSpan(0, read));
            }
            catch (HttpIOException) when (words is null)
            {
                break; // an end, if not a good one
            }
        }

        return Encoding.UTF8.GetString([.. text]);
    }

    /// <summary>A gateway between a client of one format and a provider of another one, which a script plays.</summary>
    private sealed class Rig(GatewayUnderTest gateway, RawUpstream upstream, FormatWords client, string model) : IAsyncDisposable
    {
        public GatewayUnderTest Gateway => gateway;

        public FormatWords Client => client;

        public static async Task<Rig> StartAsync(string client, string provider, Func<RawRequest, FormatWords, Task> script, string routing = "")
        {
            var words = FormatWords.Of(provider);
            var upstream = RawUpstream.Start(request => script(request, words));
            var gateway = await GatewayUnderTest.StartAsync(TestConfig.Empty
                .Model("of-chat/m", upstream.Address, more: "provider_interface: mistral")
                .Model("of-messages/m", upstream.Address, more: "provider_interface: anthropic")
                .Model("of-responses/m", upstream.Address, more: "provider_interface: chatgpt")
                .Routing($"mode: direct{routing}"));
            return new Rig(gateway, upstream, FormatWords.Of(client), $"of-{provider}/m");
        }

        public string Question(bool stream) => client.Ask(model, stream);

        /// <summary>Asks for a stream and returns when it begins.</summary>
        public async Task<HttpResponseMessage> SendAsync()
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, client.Path) { Content = new StringContent(Question(stream: true), null, "application/json") };
            return await gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        }

        /// <summary>Asks for a stream and reads it to its end.</summary>
        public async Task<string> ReadAsync()
        {
            var answer = await gateway.PostAsync(client.Path, Question(stream: true));
            Assert.True(answer.Status == 200, answer.Text);
            return answer.Text;
        }

        public async ValueTask DisposeAsync()
        {
            await gateway.DisposeAsync();
            await upstream.DisposeAsync();
        }
    }
}
