using System.Text.Json.Nodes;

namespace ModelScan.Tests.Sdk;

/// <summary>An image of the client's reaches the provider as that provider's format has images.</summary>
public sealed class ImageTests(SdkGateway gateway) : IClassFixture<SdkGateway>
{
    // One transparent pixel.
    private const string Pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";
    private const string Address = "https://example.com/cat.png";

    [Theory]
    [MemberData(nameof(SdkPairs.All), MemberType = typeof(SdkPairs))]
    public async Task Send_ImageInTheRequest_ArrivesByteForByte(string client, string provider)
    {
        var question = $"pixel from {client} to {provider}";

        var answer = await gateway.Open(client, provider).SendAsync(new SdkTurn(question) { Png = Convert.FromBase64String(Pixel) });

        Assert.Equal(SdkPairs.EchoOf(provider, question), answer.Text);
        var image = ImageIn(await gateway.BodyWithAsync(question));
        Assert.Equal(provider == SdkPairs.Messages ? $"base64 image/png {Pixel}" : $"data:image/png;base64,{Pixel}", image);
    }

    [Theory]
    [MemberData(nameof(SdkPairs.All), MemberType = typeof(SdkPairs))]
    public async Task Send_ImageByItsAddress_ArrivesAsAddress(string client, string provider)
    {
        var question = $"cat from {client} to {provider}";

        await gateway.Open(client, provider).SendAsync(new SdkTurn(question) { ImageAddress = new Uri(Address) });

        Assert.Equal(Address, ImageIn(await gateway.BodyWithAsync(question)));
    }

    // The one image of a request, whatever its format.
    private static string? ImageIn(JsonNode body) => Assert.Single(PartsOf(body).Select(part => (string?)part["type"] switch
    {
        "image_url" => (string?)part["image_url"]!["url"],
        "input_image" => (string?)part["image_url"],
        "image" when (string?)part["source"]!["type"] == "url" => (string?)part["source"]!["url"],
        "image" => $"{part["source"]!["type"]} {part["source"]!["media_type"]} {part["source"]!["data"]}",
        _ => null,
    }).OfType<string>());

    private static IEnumerable<JsonNode> PartsOf(JsonNode body) => (body["messages"] ?? body["input"])!.AsArray()
        .Select(message => message!["content"]).OfType<JsonArray>()
        .SelectMany(content => content).OfType<JsonNode>();
}
