using System.Text.Json.Nodes;
using ModelScan.Tests.Providers.Aws;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Endpoints;

/// <summary>Requests to Bedrock that are signed with keys of IAM, to a server that verifies them.</summary>
public sealed class ProxySignedBedrockTests
{
    private const string Keys = "access_key_id: AKIDALICE, secret_access_key: alice/s+secret";

    [Theory]
    [InlineData("/v1/chat/completions", false, "us.anthropic.claude-sonnet-4-5-20250929-v1:0")]
    [InlineData("/v1/chat/completions", true, "us.anthropic.claude-sonnet-4-5-20250929-v1:0")]
    [InlineData("/v1/messages", true, "us.amazon.nova-pro-v1:0")]
    [InlineData("/v1/responses", true, "arn:aws:bedrock:eu-central-1:123456789012:inference-profile/eu.amazon.nova-pro-v1:0")]
    public async Task SignedRequest_WholeOrStreamed_IsAccepted(string path, bool stream, string model)
    {
        await using var bedrock = new SignedBedrock(("AKIDALICE", "alice/s+secret", null));
        await using var gateway = await GatewayUnderTest.StartAsync(Config(bedrock, Keys, model));

        var answer = await gateway.PostAsync(path, Body(path, stream, model), ("Authorization", "Bearer client-key"), ("x-amz-meta", "client's  own"));

        Assert.True(answer.Status == 200, answer.Text);
        Assert.Contains(SignedBedrock.Text, answer.Text, StringComparison.Ordinal);
        Assert.Equal(["AKIDALICE"], bedrock.Callers);
        Assert.Contains(stream ? "/converse-stream" : "/converse ", bedrock.Lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task SignedRequest_LargeBodyAndQueryOfTheClient_IsAccepted()
    {
        await using var bedrock = new SignedBedrock(("AKIDALICE", "alice/s+secret", null));
        await using var gateway = await GatewayUnderTest.StartAsync(Config(bedrock, Keys, "us.amazon.nova-pro-v1:0"));

        var answer = await gateway.PostAsync("/v1/messages?beta=true", Body("/v1/messages", false, "us.amazon.nova-pro-v1:0", new string('é', 200_000)));

        Assert.True(answer.Status == 200, answer.Text);
    }

    [Fact]
    public async Task SignedRequest_TemporaryCredentials_CarryTheirToken()
    {
        await using var bedrock = new SignedBedrock(("ASIAALICE", "alice", "session/token=="));
        await using var gateway = await GatewayUnderTest.StartAsync(
            Config(bedrock, "access_key_id: ASIAALICE, secret_access_key: alice, session_token: session/token==", "us.amazon.nova-pro-v1:0"));

        var answer = await gateway.PostAsync("/v1/messages", Body("/v1/messages", false, "us.amazon.nova-pro-v1:0"));

        Assert.True(answer.Status == 200, answer.Text);
    }

    [Fact]
    public async Task SignedRequest_WrongSecret_IsTheProvidersRefusal()
    {
        await using var bedrock = new SignedBedrock(("AKIDALICE", "another", null));
        await using var gateway = await GatewayUnderTest.StartAsync(Config(bedrock, Keys, "us.amazon.nova-pro-v1:0"));

        var answer = await gateway.PostAsync("/v1/messages", Body("/v1/messages", false, "us.amazon.nova-pro-v1:0"));

        Assert.Equal(403, answer.Status);
        Assert.Empty(bedrock.Callers);
    }

    [Fact]
    public async Task MissingProfile_IsSaidClearly()
    {
        await using var bedrock = new SignedBedrock(("AKIDALICE", "alice/s+secret", null));
        await using var gateway = await GatewayUnderTest.StartAsync(Config(bedrock, "profile: nobody-has-this", "us.amazon.nova-pro-v1:0"));

        var answer = await gateway.PostAsync("/v1/messages", Body("/v1/messages", false, "us.amazon.nova-pro-v1:0"));

        Assert.Equal(401, answer.Status);
        Assert.Contains("no AWS credentials for provider amazon_bedrock: the profile nobody-has-this has none; set access_key", answer.Text, StringComparison.Ordinal);
    }

    private static string Body(string path, bool stream, string model, string text = "hi")
    {
        var body = new JsonObject { ["model"] = $"amazon_bedrock/{model}", ["stream"] = stream };
        if (path == "/v1/responses")
            body["input"] = text;
        else
            body["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = text });
        if (path == "/v1/messages")
            body["max_tokens"] = 100;
        return body.ToJsonString();
    }

    private static TestConfig Config(SignedBedrock bedrock, string aws, string model) => TestConfig.Direct
        .Model($"amazon_bedrock/{model}", bedrock.Address, null, $"aws: {{ region: {SignedBedrock.Region}, {aws} }}");
}
