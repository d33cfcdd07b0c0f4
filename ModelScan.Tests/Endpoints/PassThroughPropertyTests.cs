using System.Net.Http.Headers;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Endpoints;

/// <summary>
/// Client and provider speak the same format: whatever the client writes arrives, and whatever the provider writes comes back, to the byte. The
/// provider is a socket.
/// </summary>
public sealed class PassThroughPropertyTests
{
    private const int Runs = 150;

    // Blanks, and values in every spelling that JSON allows; names that Anthropic's API has, that it may have one day, and that nobody has.
    private static readonly Gen<string> Blank = Gen.Elements("", "", " ", "\n", "\r\n\t", "   ");

    private static readonly Gen<string> Value = Gen.Elements(
        "null", "true", "1", "-0.0", "1e3", "1.50", "12345678901234567890.12345678901234567890", "\"\"", "\"h\\u00e9llo \\/ é 🙂 \\ud83d\\ude42\"", "\"\\\\\\\"{}[],:\"", "[]", "{}",
        "[ 1 ,2, [3] ]", "{ \"b\" :1,\"a\":2 , \"b\": 3 }", "{\"type\":\"adaptive\",\"display\":\"omitted\"}", "[{\"type\":\"clear_thinking_20251015\",\"keep\":\"all\"}]",
        "\"{\\\"device_id\\\":\\\"d\\\",\\\"session_id\\\":\\\"s\\\"}\"");

    private static readonly Gen<string> Name = Gen.Elements(
        "context_management", "metadata", "container", "mcp_servers", "inference_geo", "diagnostics", "speed", "fallbacks", "betas", "service_tier", "compaction", "thread", "user_profile_id",
        "unknown", "Model", "modèle", "mod\\u0065l2", "a.b", "x y", "");

    private static readonly Gen<string> Messages = Gen.Elements(
        "[{\"role\":\"user\",\"content\":\"hi\"}]",
        "[ {\"content\" : [ {\"text\":\"hi\",\"type\":\"text\",\"cache_control\":{\"type\":\"ephemeral\"}} ],\"role\":\"user\"},{\"role\":\"system\",\"content\":\"env\"} ]",
        "[{\"role\":\"user\",\"content\":\"q\"},{\"role\":\"assistant\",\"content\":[{\"type\":\"thinking\",\"thinking\":\"t\",\"signature\":\"c2ln\"},{\"type\":\"unheard_of\",\"x\":[1]}]},{\"role\":\"user\",\"content\":[{\"type\":\"tool_reference\",\"tool_name\":\"t\"}]}]");

    private static readonly Gen<string> Query = Gen.Elements("", "?beta=true", "?", "?after=%20b&order", "?limit=1&limit=2&beta=true", "?before_id=%C3%A9%2F");

    private static readonly Gen<string> Beta = Gen.Elements("", "a-1", "a-1,b-2", "claude-code-20250219,interleaved-thinking-2025-05-14, not-yet-2027-01-01", "x");

    private static readonly Gen<string> Version = Gen.Elements("2023-06-01", "2026-10-21", "2099-01-01");

    private static readonly Gen<string> Piece = Gen.Elements(
        ": comment\n\n", ":\r\n\r\n", "event: ping\ndata: {\"type\": \"ping\"}\n\n", "event: never_heard_of\ndata: {\"type\":\"never_heard_of\", \"x\" : [1, 2.50]}\nid: 7\nretry: 10\n\n",
        "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"é🙂\\u00e9\"}}\n\n", "data: a\ndata: b\r\n\r\n", "\n", "data:no space\n\n",
        "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\",\"stop_details\":null},\"usage\":{\"output_tokens\":2,\"inference_geo\":\"eu\"}}\n\n");

    [Fact]
    public async Task Request_OfAnyShape_ArrivesToTheByte()
    {
        string head = "", body = "";
        await using var provider = RawUpstream.Start(request =>
        {
            (head, body) = (request.Head, Encoding.UTF8.GetString(request.Body));
            return request.SendAsync(ProxyConfig.Ok);
        });
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(provider.Address));
        var requests =
            from members in Gen.Zip(Name, Value).ListOf()
            from place in Gen.Choose(0, 8)
            from messages in Messages
            from blanks in Blank.ArrayOf(6)
            from padding in Gen.Elements(0, 0, 5000, 70_000)
            from query in Query
            from beta in Beta
            from version in Version
            select (Body: Write(members, place, messages, blanks, padding, "claude-sonnet-4-20250514"), Query: query, Beta: beta, Version: version);
        Prop.ForAll(requests.ToArbitrary(), drawn =>
        {
            Post(gateway, drawn.Body, drawn.Query, drawn.Beta, drawn.Version);
            var line = head.Split("\r\n")[0];
            return body == drawn.Body
                && line == $"POST /v1/messages{(drawn.Query == "?" ? "" : drawn.Query)} HTTP/1.1"
                && HeaderIn(head, "anthropic-beta") == (drawn.Beta.Length == 0 ? null : drawn.Beta)
                && HeaderIn(head, "anthropic-version") == drawn.Version;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(Runs));
    }

    [Fact]
    public async Task Request_ThatNamesTheModelOtherwise_DiffersInThatValueAlone()
    {
        var body = "";
        await using var provider = RawUpstream.Start(request =>
        {
            body = Encoding.UTF8.GetString(request.Body);
            return request.SendAsync(ProxyConfig.Ok);
        });
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(provider.Address));
        var requests =
            from members in Gen.Zip(Name, Value).ListOf()
            from place in Gen.Choose(0, 8)
            from messages in Messages
            from blanks in Blank.ArrayOf(6)
            from padding in Gen.Elements(0, 5000)
            from model in Gen.Elements("anthropic/claude-sonnet-4-20250514", "claude-sonnet-4-20250514[1m]")
            select (Sent: Write(members, place, messages, blanks, padding, model), Expected: Write(members, place, messages, blanks, padding, "claude-sonnet-4-20250514"));
        Prop.ForAll(requests.ToArbitrary(), drawn =>
        {
            Post(gateway, drawn.Sent, "", "", "2023-06-01");
            return body == drawn.Expected;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(Runs));
    }

    [Fact]
    public async Task Stream_OfAnyEvents_ComesBackToTheByteHoweverItIsCut()
    {
        var (pieces, headers) = (Array.Empty<byte[]>(), "");
        await using var provider = RawUpstream.Start(async request =>
        {
            await request.BeginChunkedAsync("text/event-stream; charset=utf-8", headers);
            foreach (var piece in pieces)
                await request.SendChunkAsync(piece);
            await request.EndChunkedAsync();
        });
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(provider.Address));
        var streams =
            from events in Piece.NonEmptyListOf()
            from size in Gen.Elements(1, 3, 7, 64, 100_000)
            from remaining in Gen.Choose(0, 4000)
            select (Text: string.Concat(events), Size: size, Remaining: remaining);
        Prop.ForAll(streams.ToArbitrary(), drawn =>
        {
            var bytes = Encoding.UTF8.GetBytes(drawn.Text);
            pieces = [.. bytes.Chunk(drawn.Size)];
            headers = $"request-id: req_{drawn.Remaining}\r\nanthropic-ratelimit-tokens-remaining: {drawn.Remaining}\r\nanthropic-ratelimit-tokens-reset: 2026-11-29T08:00:00Z\r\nx-request-id:  spaced  \r\n";
            using var response = Post(gateway, "{\"model\":\"claude-sonnet-4-20250514\",\"max_tokens\":1,\"stream\":true,\"messages\":[]}", "", "", "2026-10-21");
            return response.Content.ReadAsByteArrayAsync().GetAwaiter().GetResult().AsSpan().SequenceEqual(bytes)
                && response.Headers.GetValues("request-id").Single() == $"req_{drawn.Remaining}"
                && response.Headers.GetValues("anthropic-ratelimit-tokens-remaining").Single() == drawn.Remaining.ToString(System.Globalization.CultureInfo.InvariantCulture)
                && response.Headers.GetValues("anthropic-ratelimit-tokens-reset").Single() == "2026-11-29T08:00:00Z"
                && response.Headers.GetValues("x-request-id").Single() == "spaced"
                && response.Content.Headers.ContentType!.ToString() == "text/event-stream; charset=utf-8";
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(Runs));
    }

    [Fact]
    public async Task Answer_OfAnyStatusAndBody_ComesBackToTheByte()
    {
        var (status, body) = (200, Array.Empty<byte>());
        await using var provider = RawUpstream.Start(async request =>
        {
            // Of an empty answer the client has everything with the head, and what is drawn next may be there before the body is sent.
            var (code, bytes) = (status, body);
            await request.SendAsync($"HTTP/1.1 {code} Whatever\r\ncontent-type: application/json\r\nrequest-id: req_1\r\nretry-after: 3\r\ncontent-length: {bytes.Length}\r\n\r\n");
            await request.SendAsync(bytes);
        });
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(provider.Address));
        var answers =
            from code in Gen.Elements(200, 201, 400, 401, 403, 404, 413, 422, 429, 500, 503, 529)
            from bytes in Gen.OneOf(Gen.Choose(0, 255).Select(number => (byte)number).ArrayOf(), Value.Select(Encoding.UTF8.GetBytes), Gen.Elements(0, 9000, 200_000).Select(size => new byte[size]))
            select (code, bytes);
        Prop.ForAll(answers.ToArbitrary(), drawn =>
        {
            (status, body) = drawn;
            using var response = Post(gateway, "{\"model\":\"claude-sonnet-4-20250514\",\"max_tokens\":1,\"messages\":[]}", "", "", "2023-06-01");
            return (int)response.StatusCode == drawn.code
                && response.Headers.GetValues("request-id").Single() == "req_1" && response.Headers.GetValues("retry-after").Single() == "3"
                && response.Content.ReadAsByteArrayAsync().GetAwaiter().GetResult().AsSpan().SequenceEqual(drawn.bytes);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(Runs));
    }

    private static string Write(IList<(string Name, string Value)> members, int place, string messages, string[] blanks, int padding, string model)
    {
        // Names once each: of two of the same name providers take either.
        var all = members.DistinctBy(member => member.Name).Select(member => (member.Name, member.Value))
            .Append(("messages", messages)).Append(("max_tokens", "32000")).Append(("system", $"\"{new string('s', padding)}\"")).ToList();
        all.Insert(Math.Min(place, all.Count), ("model", $"\"{model}\""));
        return $"{blanks[0]}{{{blanks[1]}{string.Join($"{blanks[2]},{blanks[3]}", all.Select(member => $"\"{member.Item1}\"{blanks[4]}:{blanks[5]}{member.Item2}"))}{blanks[1]}}}{blanks[0]}";
    }

    private static HttpResponseMessage Post(GatewayUnderTest gateway, string body, string query, string beta, string version)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"/v1/messages{query}", UriKind.Relative)) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.TryAddWithoutValidation("anthropic-version", version);
        if (beta.Length > 0)
            request.Headers.TryAddWithoutValidation("anthropic-beta", beta);
        return gateway.Client.SendAsync(request).GetAwaiter().GetResult();
    }

    private static string? HeaderIn(string head, string name) =>
        head.Split("\r\n").Where(line => line.StartsWith($"{name}:", StringComparison.OrdinalIgnoreCase)).Select(line => line[(name.Length + 1)..].Trim()).SingleOrDefault();
}
