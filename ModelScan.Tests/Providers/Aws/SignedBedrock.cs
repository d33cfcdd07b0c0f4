using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Providers.Aws;

/// <summary>
/// Bedrock as far as signatures go: answers Converse and ConverseStream to requests whose signature it arrives at itself, from the bytes
/// that came, and 403 to others.
/// </summary>
internal sealed partial class SignedBedrock : IAsyncDisposable
{
    public const string Region = "eu-central-1";
    public const string Text = "Hello from Bedrock";

    private readonly Dictionary<string, (string Secret, string? Token)> _users;
    private readonly RawUpstream _server;

    public SignedBedrock(params (string Id, string Secret, string? Token)[] users)
    {
        _users = users.ToDictionary(user => user.Id, user => (user.Secret, user.Token));
        _server = RawUpstream.Start(AnswerAsync);
    }

    public Uri Address => _server.Address;

    /// <summary>The access keys of accepted requests, in order.</summary>
    public List<string> Callers { get; } = [];

    /// <summary>The first lines of accepted requests.</summary>
    public List<string> Lines { get; } = [];

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task AnswerAsync(RawRequest request)
    {
        if (Problem(request) is { } problem)
        {
            var error = new JsonObject { ["message"] = problem }.ToJsonString();
            await request.SendAsync($"HTTP/1.1 403 Forbidden\r\ncontent-type: application/json\r\nx-amzn-errortype: InvalidSignatureException\r\ncontent-length: {error.Length}\r\n\r\n{error}");
        }
        else if (request.Head.Split(' ')[1].EndsWith("/converse-stream", StringComparison.Ordinal))
        {
            await request.BeginChunkedAsync(EventStreamReader.MediaType);
            foreach (var item in JsonNode.Parse("""
                [{"messageStart":{"role":"assistant"}},{"contentBlockDelta":{"contentBlockIndex":0,"delta":{"text":"Hello from Bedrock"}}},{"contentBlockStop":{"contentBlockIndex":0}},
                 {"messageStop":{"stopReason":"end_turn"}},{"metadata":{"usage":{"inputTokens":10,"outputTokens":3,"totalTokens":13},"metrics":{"latencyMs":5}}}]
                """)!.AsArray())
            {
                await request.SendChunkAsync(ConverseFrames.Of(item!.AsObject()));
            }

            await request.EndChunkedAsync();
        }
        else
        {
            var body = """{"output":{"message":{"content":[{"text":"Hello from Bedrock"}],"role":"assistant"}},"stopReason":"end_turn","usage":{"inputTokens":10,"outputTokens":3,"totalTokens":13}}""";
            await request.SendAsync($"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {body.Length}\r\n\r\n{body}");
        }
    }

    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html, from the receiving end.
    private string? Problem(RawRequest request)
    {
        var lines = request.Head.Split("\r\n");
        var headers = lines.Skip(1).Select(line => line.Split(':', 2)).ToLookup(pair => pair[0].ToLowerInvariant(), pair => pair[1].Trim());
        if (headers["authorization"].SingleOrDefault() is not { } authorization || Authorization.Match(authorization) is not { Success: true } match)
            return "Missing Authentication Token";
        var (id, scope, names, signature) = (match.Groups["id"].Value, match.Groups["scope"].Value, match.Groups["names"].Value.Split(';'), match.Groups["signature"].Value);
        if (!_users.TryGetValue(id, out var user))
            return "The security token included in the request is invalid.";
        if (headers["x-amz-security-token"].SingleOrDefault() != user.Token)
            return "The security token included in the request is invalid.";
        var date = headers["x-amz-date"].Single();
        var day = date[..8];
        if (scope != $"{day}/{Region}/bedrock/aws4_request")
            return "Credential should be scoped to a valid region.";
        if (headers.Where(header => header.Key.StartsWith("x-amz-", StringComparison.Ordinal)).Any(header => !names.Contains(header.Key)) || !names.Contains("host"))
            return "There were headers present in the request which were not signed";
        if ((TimeProvider.System.GetUtcNow() - DateTimeOffset.ParseExact(date, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)).Duration() > TimeSpan.FromMinutes(5))
            return "Signature expired";

        var path = lines[0].Split(' ')[1];
        var canonical = string.Join('\n', [
            lines[0].Split(' ')[0],
            EncodeOnce(path),
            "",
            .. names.Select(name => $"{name}:{InnerBlanks.Replace(string.Join(',', headers[name]), " ")}"),
            "",
            string.Join(';', names),
            Hex(SHA256.HashData(request.Body)),
        ]);
        var toSign = $"AWS4-HMAC-SHA256\n{date}\n{scope}\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        var key = Encoding.UTF8.GetBytes("AWS4" + user.Secret);
        foreach (var part in scope.Split('/'))
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        if (Hex(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(toSign))) != signature)
            return "The request signature we calculated does not match the signature you provided.";
        Callers.Add(id);
        Lines.Add(lines[0]);
        return null;
    }

    private static string EncodeOnce(string path)
    {
        var encoded = new StringBuilder();
        foreach (var c in path)
            encoded.Append(char.IsAsciiLetterOrDigit(c) || "-._~/".Contains(c, StringComparison.Ordinal) ? c.ToString() : $"%{(int)c:X2}");
        return encoded.ToString();
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);

    [GeneratedRegex(" +", RegexOptions.None, 1000)]
    private static partial Regex InnerBlanks { get; }

    [GeneratedRegex("^AWS4-HMAC-SHA256 Credential=(?<id>[^/]+)/(?<scope>[^,]+), SignedHeaders=(?<names>[^,]+), Signature=(?<signature>[0-9a-f]{64})$", RegexOptions.None, 1000)]
    private static partial Regex Authorization { get; }
}
