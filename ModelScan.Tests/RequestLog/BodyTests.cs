using System.Text;
using System.Text.Json;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.RequestLog;

/// <summary>What is said is kept where the configuration wants it, apart from the record, and without secrets.</summary>
public sealed class BodyTests
{
    private const string Answer = """{"id":"1","object":"chat.completion","created":1,"model":"gpt-4o","choices":[{"index":0,"message":{"role":"assistant","content":"said by the model"},"finish_reason":"stop"}]}""";

    // By kind: what issuers write, what names give away, people, cards, and what the configuration adds. None of them opens anything.
    private static readonly string[] Secrets =
    [
        "sk-proj-4f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c", "sk-ant-api03-Zx9YwVuTsRqPoNmLkJiHgFeDcBa0123456789", "sk-or-v1-0011223344556677889900aabbccddeeff", "sk_live_51Habcdefghijklmnopqrstuv",
        "rk_test_51Habcdefghijklmnopqrstuv", "AIzaSyA1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q", "AKIAIOSFODNN7ABCDEFG", "ASIAIOSFODNN7HIJKLMN", "ghp_abcdefghijklmnopqrstuvwxyz0123456789", "github_pat_11ABCDEFG0abcdefghijkl_mnopqrstuvwxyz",
        "glpat-abcdefghij0123456789", "xoxb-123456789012-abcdefghijklmnop", "hf_abcdefghijklmnopqrstuvwxyz012345", "gsk_abcdefghijklmnopqrstuvwxyz0123456789", "xai-abcdefghijklmnopqrstuvwxyz0123456789", "pplx-abcdefghijklmnopqrstuvwxyz0123456789",
        "r8_abcdefghijklmnopqrstuvwxyz012345678", "npm_abcdefghijklmnopqrstuvwxyz0123456789", "pypi-AgEIcHlwaS5vcmcCJGFiY2RlZmdo", "dop_v1_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "dapi0123456789abcdef0123456789abcdef", "ya29.a0AfH6SMBabcdefghijklmnop", "SG.abcdefghijklmnopqrstuv.ABCDEFGHIJKLMNOPQRSTUVWXYZ", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
        "wJalrXUtnFEMIK7MDENGbPxRfiCYzzKEY", "correct-horse-battery", "hunter2hunter2", "Tr0ub4dorAnd3", "dXNlcjpwYXNzd29yZDEyMw", "opaque0session0token",
        "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7", "jane.doe@example.com", "j+o.hn_99@mail.sub.example.co.uk", "root@db-host.internal", "4111111111111111", "5500 0000 0000 0004",
        "3782-822463-10005", "6011000990139424", "EMP-774211", "Projekt Nachtfalke",
    ];

    private static readonly string Prompt = $"""
        Look at these: {string.Join(" , ", Secrets[..24])}
        AWS_SECRET_ACCESS_KEY={Secrets[24]} password: {Secrets[25]}
        pwd="{Secrets[26]}" postgres://app:{Secrets[27]}@db/prod
        Authorization: Basic {Secrets[28]}== Bearer {Secrets[29]}
        -----BEGIN PRIVATE KEY-----
        {Secrets[30]}
        -----END PRIVATE KEY-----
        mail {Secrets[31]} and {Secrets[32]} or {Secrets[33]}; cards {Secrets[34]}, {Secrets[35]}, {Secrets[36]}, {Secrets[37]}
        our own: {Secrets[38]} in {Secrets[39]}
        """;

    [Fact]
    public async Task FortySecrets_AreNowhereInTheFiles()
    {
        Assert.Equal(40, Secrets.Distinct().Count());

        // The provider says all of it, too: in one answer whole, in another piece by piece, and in an error.
        await using var provider = RawUpstream.Start(SayAsync);
        await using var gateway = await LoggedGateway.StartAsync(
            Config(provider).Yaml("request_log: { redact: ['emp-[0-9]+', projekt nachtfalke] }"), null, "--RequestLog:Bodies=all", "--RequestLog:DecisionInputs=text", "--RequestLog:BodyLimit=1MB");
        var body = JsonSerializer.Serialize(new { model = "openai/gpt-4o", messages = new[] { new { role = "user", content = Prompt } } });
        var escaped = JsonSerializer.Serialize(new { model = "openai/gpt-4o", messages = new[] { new { role = "user", content = JsonSerializer.Serialize(new { said = Prompt, password = Secrets[25] }) } } });
        await gateway.Gateway.PostAsync("/v1/chat/completions", body);
        await gateway.Gateway.PostAsync("/v1/chat/completions", body.Replace("\"model\"", "\"stream\":true,\"model\"", StringComparison.Ordinal));
        await gateway.Gateway.PostAsync("/v1/chat/completions", escaped);
        await gateway.Gateway.PostAsync("/v1/chat/completions", body.Replace("openai/gpt-4o", Secrets[0], StringComparison.Ordinal), ("x-model-affinity", Secrets[31]), ("x-modelscan-tags", $"who={Secrets[32]}"));
        await gateway.Gateway.PostAsync("/routing/v1/chat/completions", body);
        await gateway.UntilAsync(rows => rows.Length == 5);
        await gateway.Gateway.Client.DeleteAsync(new Uri("/admin/requests?filter=state:aborted", UriKind.Relative));

        var kept = 0;
        foreach (var file in Directory.GetFiles(gateway.Folder.Path))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var copy = new MemoryStream();
            await stream.CopyToAsync(copy);
            foreach (var encoding in (Encoding[])[Encoding.UTF8, Encoding.Unicode])
            {
                foreach (var secret in Secrets)
                    Assert.True(copy.GetBuffer().AsSpan(0, (int)copy.Length).IndexOf(encoding.GetBytes(secret)) < 0, $"{secret} stands in {Path.GetFileName(file)}");
            }

            kept += Count(copy.GetBuffer().AsSpan(0, (int)copy.Length), "Look at these: "u8);
        }

        // What is no secret is there: the prompts, and the answers.
        Assert.True(kept >= 5, $"{kept}");
    }

    [Theory]
    [InlineData("none", false, false)]
    [InlineData("errors", false, true)]
    [InlineData("all", true, true)]
    public async Task Bodies_AreKeptAsConfigured(string bodies, bool ofGood, bool ofBad)
    {
        await using var provider = RawUpstream.Start(Http(Answer));
        await using var gateway = await LoggedGateway.StartAsync(Config(provider), null, $"--RequestLog:Bodies={bodies}");
        await gateway.Gateway.PostAsync("/v1/chat/completions", GatewayUnderTest.Chat("asked by a person", "openai/gpt-4o"));
        await gateway.Gateway.PostAsync("/v1/chat/completions", GatewayUnderTest.Chat("asked by a person", "nobody/knows"));
        var rows = await gateway.UntilAsync(rows => rows.Length == 2);
        Assert.Equal((ofGood, ofBad), (await HasBodyAsync(rows[1]), await HasBodyAsync(rows[0])));

        async Task<bool> HasBodyAsync(JsonElement row)
        {
            var whole = await gateway.GetAsync($"/admin/requests/{row.GetProperty("id").GetString()}");
            Assert.Equal(row.TryGetProperty("has_body", out _), whole.TryGetProperty("body", out var body));
            if (body.ValueKind != JsonValueKind.Object)
                return false;
            Assert.Contains("asked by a person", body.GetProperty("request").GetString(), StringComparison.Ordinal);
            return true;
        }
    }

    [Fact]
    public async Task Answers_AreKeptWholeAndStreamsPutTogether()
    {
        await using var provider = RawUpstream.Start(async request =>
        {
            if (!Encoding.UTF8.GetString(request.Body).Contains("\"stream\":true", StringComparison.Ordinal))
            {
                await request.SendAsync(Http(Answer));
                return;
            }

            await request.BeginChunkedAsync();
            foreach (var piece in (string[])["said ", "by the ", "model"])
                await request.SendChunkAsync("data: {\"id\":\"1\",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + piece + "\"}}]}\n\n");
            await request.SendChunkAsync("data: [DONE]\n\n");
            await request.EndChunkedAsync();
        });
        await using var gateway = await LoggedGateway.StartAsync(Config(provider), null, "--RequestLog:Bodies=all");
        await gateway.Gateway.PostAsync("/v1/chat/completions", GatewayUnderTest.Chat("a", "openai/gpt-4o"));
        await gateway.Gateway.PostAsync("/v1/messages", """{"model":"openai/gpt-4o","max_tokens":10,"stream":true,"messages":[{"role":"user","content":"a"}]}""");
        foreach (var row in await gateway.UntilAsync(rows => rows.Length == 2))
        {
            var body = (await gateway.GetAsync($"/admin/requests/{row.GetProperty("id").GetString()}")).GetProperty("body");
            Assert.Contains("said by the model", body.GetProperty("response").GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Body_LongerThanTheLimit_IsCut()
    {
        await using var provider = RawUpstream.Start(Http(Answer));
        await using var gateway = await LoggedGateway.StartAsync(Config(provider), null, "--RequestLog:Bodies=all", "--RequestLog:BodyLimit=1KB");
        await gateway.Gateway.PostAsync("/v1/chat/completions", GatewayUnderTest.Chat(new string('a', 5000), "openai/gpt-4o"));
        var body = (await gateway.OnlyAsync()).GetProperty("body");
        Assert.Equal(1024, body.GetProperty("request").GetString()!.Length);
        Assert.True(body.GetProperty("cut").GetBoolean());
    }

    [Fact]
    public async Task Client_ThatForbidsIt_IsNotKept()
    {
        await using var provider = RawUpstream.Start(Http(Answer));
        await using var gateway = await LoggedGateway.StartAsync(Config(provider), null, "--RequestLog:Bodies=all", "--RequestLog:DecisionInputs=text");
        await gateway.Gateway.PostAsync("/v1/chat/completions", GatewayUnderTest.Chat("a", "openai/gpt-4o"), ("x-modelscan-capture", "off"));
        Assert.False((await gateway.OnlyAsync()).TryGetProperty("body", out _));
    }

    [Fact]
    public async Task DecisionInput_IsWhatTheClassifierReads()
    {
        await using var provider = RawUpstream.Start(Http(Answer));
        await using var gateway = await LoggedGateway.StartAsync(Config(provider), null, "--RequestLog:DecisionInputs=text");
        await gateway.Gateway.PostAsync("/v1/chat/completions", """
            {"model":"openai/gpt-4o","messages":[{"role":"system","content":"be short"},{"role":"user","content":"first"},{"role":"assistant","content":"Which language?"},{"role":"user","content":"<system-reminder>x</system-reminder>Grüße auf Deutsch"}]}
            """);
        var input = (await gateway.OnlyAsync()).GetProperty("body").GetProperty("decision_input").GetString();
        Assert.Equal("""[{"text":"first"},{"text":"Grüße auf Deutsch","answers_question":true}]""", input);
    }

    private static async Task SayAsync(RawRequest request)
    {
        if (!Encoding.UTF8.GetString(request.Body).Contains("\"stream\":true", StringComparison.Ordinal))
        {
            var answer = JsonSerializer.Serialize(new { id = "1", @object = "chat.completion", created = 1, model = "gpt-4o", choices = new[] { new { index = 0, message = new { role = "assistant", content = Prompt } } } });
            await request.SendAsync($"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {Encoding.UTF8.GetByteCount(answer)}\r\n\r\n{answer}");
            return;
        }

        await request.BeginChunkedAsync();
        foreach (var piece in Prompt.Chunk(7))
        {
            var content = JsonSerializer.Serialize(new string(piece));
            await request.SendChunkAsync("data: {\"id\":\"1\",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":{\"content\":" + content + "}}]}\n\n");
        }

        await request.SendChunkAsync("data: [DONE]\n\n");
        await request.EndChunkedAsync();
    }

    private static int Count(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> part)
    {
        var count = 0;
        while (bytes.IndexOf(part) is >= 0 and var at)
        {
            count++;
            bytes = bytes[(at + part.Length)..];
        }

        return count;
    }

    private static string Http(string body) => $"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {body.Length}\r\n\r\n{body}";

    private static TestConfig Config(RawUpstream provider) => TestConfig.Direct.Model("openai/gpt-4o", $"{provider.Address}v1");
}
