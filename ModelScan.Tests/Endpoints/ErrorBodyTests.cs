using FsCheck;
using FsCheck.Fluent;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Endpoints;

/// <summary>Every error of the gateway's own says what is wrong and where, in the words of the client's API.</summary>
public sealed class ErrorBodyTests
{
    private static readonly string[] Paths = ["/v1/chat/completions", "/v1/messages", "/v1/responses", "/v1/messages/count_tokens"];

    [Theory]
    [InlineData("policy")]
    [InlineData("direct")]
    public async Task UnknownModel_EachDialect_IsNamedBesideTheNearest(string mode)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(new Uri("http://127.0.0.1:1"), $"mode: {mode}").Replace(", default: true", "", StringComparison.Ordinal));
        foreach (var path in Paths)
        {
            var conversation = path == "/v1/responses" ? "\"input\":\"hi\"" : "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";
            var answer = await gateway.PostAsync(path, $$"""{"model":"gpt-4p-mini",{{conversation}}}""");
            var error = answer.Json.GetProperty("error");
            Assert.Equal((404, "model_not_found"), (answer.Status, error.GetProperty("code").GetString()));
            Assert.StartsWith("Model 'gpt-4p-mini' not found in configured providers; did you mean 'gpt-4o-mini'", error.GetProperty("message").GetString(), StringComparison.Ordinal);
            if (path.Contains("messages", StringComparison.Ordinal))
                Assert.Equal(("error", "not_found_error"), (answer.Json.GetProperty("type").GetString(), error.GetProperty("type").GetString()));
            else
                Assert.Equal(("model", "invalid_request_error"), (error.GetProperty("param").GetString(), error.GetProperty("type").GetString()));
        }
    }

    [Theory]
    [InlineData("/v1/chat/completions", """{"model":7}""", "model")]
    [InlineData("/v1/chat/completions", """{"model":"gpt-4o","stream":"yes"}""", "stream")]
    [InlineData("/v1/messages", """{"model":"gpt-4o","messages":[{"role":"user","content":[{"text":"hi"}]}]}""", "messages[0].content[0].type")]
    [InlineData("/v1/responses", """{"model":"claude-sonnet-4-20250514","input":[{"type":"message","role":"nobody","content":"x"}]}""", "input[0].role")]
    [InlineData("/v1/messages/count_tokens", """{"model":"gpt-4o","messages":[{"role":"user","content":7}]}""", "messages[0].content")]
    public async Task WrongField_IsNamedInTheMessage(string path, string body, string field)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(new Uri("http://127.0.0.1:1")));
        var answer = await gateway.PostAsync(path, body);
        Assert.Equal(400, answer.Status);
        Assert.Contains(field, answer.Json.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnyJson_AnyPathOfTheProxy_IsNeverOurFaultAndAlwaysExplained()
    {
        await using var provider = RawUpstream.Start(ProxyConfig.Ok);
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(provider.Address));
        Prop.ForAll(JsonBodies.Arbitrary, body =>
        {
            foreach (var path in Paths)
            {
                var answer = gateway.PostAsync(path, body).GetAwaiter().GetResult();
                if (answer.Status is not (200 or 400 or 404 or 502))
                    return false;
                if (answer.Status != 200 && answer.Json.GetProperty("error").GetProperty("message").GetString() is not { Length: > 0 })
                    return false;
            }

            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(100));
    }
}
