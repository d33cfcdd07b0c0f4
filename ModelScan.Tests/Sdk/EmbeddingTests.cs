using System.ClientModel;
using ModelScan.Tests.Support;
using OpenAI;
using OpenAI.Embeddings;

namespace ModelScan.Tests.Sdk;

/// <summary>OpenAI's own client embeds through the gateway.</summary>
public sealed class EmbeddingTests
{
    [Theory]
    [InlineData("openai/text-embedding-3-small")]
    [InlineData("embedder")]
    public async Task GenerateEmbeddings_ThroughTheGateway_Parse(string model)
    {
        await using var mock = await RunningMock.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(TestConfig.Empty.Model("openai/*", mock.Address).Alias("embedder", "openai/text-embedding-3-small"));
        var client = new EmbeddingClient(model, new ApiKeyCredential("k"), new OpenAIClientOptions { Endpoint = new Uri(gateway.Client.BaseAddress!, "v1") });
        OpenAIEmbeddingCollection vectors = await client.GenerateEmbeddingsAsync(["the quick brown fox", "a quick brown dog", "stock prices fell"]);
        Assert.Equal(3, vectors.Count);
        Assert.True(vectors.Usage.InputTokenCount > 0);
        Assert.Equal(1, Likeness(vectors[0], vectors[0]), 5);
        Assert.True(Likeness(vectors[0], vectors[1]) > Likeness(vectors[0], vectors[2]));
    }

    private static float Likeness(OpenAIEmbedding one, OpenAIEmbedding other) =>
        one.ToFloats().ToArray().Zip(other.ToFloats().ToArray(), (a, b) => a * b).Sum();
}
