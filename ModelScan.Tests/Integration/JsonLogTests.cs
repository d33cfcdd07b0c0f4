using System.Text.Json;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Integration;

/// <summary>The console's log as JSON, as a collector of logs reads it: one object a line, and what a request's line says as fields.</summary>
public sealed class JsonLogTests
{
    [Fact]
    public async Task RequestLine_FormatterIsJson_HasItsFieldsAsFields()
    {
        const string Answer = """{"id":"1","object":"chat.completion","created":1,"model":"gpt-4o","choices":[],"usage":{"prompt_tokens":7,"completion_tokens":3,"total_tokens":10}}""";
        await using var provider = RawUpstream.Start($"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {Answer.Length}\r\n\r\n{Answer}");
        await using var gateway = await GatewayProcess.StartAsync(
            $$"""
            model_providers: [{ model: openai/gpt-4o, access_key: $NO_SUCH_VARIABLE-1, base_url: "{{provider.Address}}v1", default: true }]
            routing: { mode: direct }
            """,
            ("Logging__Console__FormatterName", "json"));

        using var content = new StringContent(GatewayUnderTest.Chat("hello", "gpt-4o"), System.Text.Encoding.UTF8, "application/json");
        using var response = await gateway.Client.PostAsync(new Uri("/v1/chat/completions", UriKind.Relative), content);
        Assert.Equal(200, (int)response.StatusCode);

        using var line = JsonDocument.Parse(await gateway.LineAsync(line => line.Contains("ModelScan.Requests", StringComparison.Ordinal)));
        Assert.Equal("ModelScan.Requests", line.RootElement.GetProperty("Category").GetString());
        Assert.Equal("Information", line.RootElement.GetProperty("LogLevel").GetString());
        var fields = line.RootElement.GetProperty("State");
        Assert.Equal(200, fields.GetProperty("Status").GetInt32());
        Assert.Equal("direct", fields.GetProperty("Mode").GetString());
        Assert.Equal("none", fields.GetProperty("Route").GetString());
        Assert.Equal("requested", fields.GetProperty("Why").GetString());
        Assert.Equal("openai/gpt-4o", fields.GetProperty("Model").GetString());
        Assert.Equal("openai", fields.GetProperty("Provider").GetString());
        Assert.Equal(1, fields.GetProperty("Attempts").GetInt32());
        Assert.Equal((7, 3), (fields.GetProperty("InputTokens").GetInt64(), fields.GetProperty("OutputTokens").GetInt64()));
        Assert.Equal(JsonValueKind.Null, fields.GetProperty("CostUsd").ValueKind);
        Assert.InRange(fields.GetProperty("TotalMs").GetDouble(), fields.GetProperty("FirstByteMs").GetDouble(), double.MaxValue);
    }

    [Fact]
    public async Task EveryLine_FormatterIsJson_IsOneObject()
    {
        await using var gateway = await GatewayProcess.StartAsync("version: v0.4.0\nrouting: { mode: direct }\n", ("Logging__Console__FormatterName", "json"));
        using var content = new StringContent("""{"model":"a\u001b[31m\r\nforged","messages":[]}""", System.Text.Encoding.UTF8, "application/json");
        using var response = await gateway.Client.PostAsync(new Uri("/v1/chat/completions", UriKind.Relative), content);
        Assert.Equal(0, await gateway.TerminateAsync());
        await foreach (var line in gateway.OutputAsync())
        {
            using var json = JsonDocument.Parse(line);
            Assert.Equal(JsonValueKind.Object, json.RootElement.ValueKind);
        }
    }
}
