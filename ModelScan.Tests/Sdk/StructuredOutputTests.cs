using System.Text.Json.Nodes;

namespace ModelScan.Tests.Sdk;

/// <summary>A client asks for JSON of its own shape, and a provider of any format keeps to it.</summary>
public sealed class StructuredOutputTests(SdkGateway gateway) : IClassFixture<SdkGateway>
{
    private const string PersonSchema = """
        {"type":"object","properties":{"name":{"type":"string"},"age":{"type":"integer"}},"required":["name","age"],"additionalProperties":false}
        """;

    private static readonly SdkOptions ForPerson = new() { Schema = PersonSchema };

    [Theory]
    [MemberData(nameof(SdkPairs.WholeAndStreamed), MemberType = typeof(SdkPairs))]
    public async Task Answer_WithASchema_SatisfiesIt(string client, string provider, bool streamed)
    {
        var conversation = gateway.Open(client, provider, ForPerson);
        var turn = new SdkTurn("Who is it?");

        var answer = streamed ? await conversation.StreamAsync(turn) : await conversation.SendAsync(turn);

        Assert.Equal("""{"name":"name","age":1}""", JsonNode.Parse(answer.Text)!.ToJsonString());
        Assert.Equal(SdkFinish.Complete, answer.Finish);
    }

    [Theory]
    [MemberData(nameof(SdkPairs.All), MemberType = typeof(SdkPairs))]
    public async Task Schema_OfTheClient_ReachesTheProviderWhole(string client, string provider)
    {
        var question = $"person from {client} to {provider}";

        await gateway.Open(client, provider, ForPerson).SendAsync(new SdkTurn(question));

        var body = await gateway.BodyWithAsync(question);
        var schema = provider switch
        {
            SdkPairs.Chat => body["response_format"]!["json_schema"]!["schema"],
            SdkPairs.Messages => body["output_config"]!["format"]!["schema"],
            _ => body["text"]!["format"]!["schema"],
        };
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(PersonSchema), schema), schema?.ToJsonString());
    }
}
