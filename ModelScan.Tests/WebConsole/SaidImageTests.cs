using ModelScan.WebConsole.Feeds;
using ModelScan.WebConsole.Reading;

namespace ModelScan.Tests.WebConsole;

/// <summary>Only pictures are shown, whatever a request calls what it sends.</summary>
public sealed class SaidImageTests
{
    /// <summary>One point, transparent.</summary>
    internal const string Png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";

    private const string Gif = "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7";

    [Theory]
    [InlineData("data:image/png;base64," + Png, "image/png")]
    [InlineData("DATA:image/jpeg;BASE64," + Png, "image/png")]
    [InlineData("data:text/html;base64," + Gif, "image/gif")]
    [InlineData("data:image/webp;base64,UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==", "image/webp")]
    public void Picture_IsToldByItsBytes(string text, string type) => Assert.Equal(type, SaidImage.Read(text)?.Type);

    [Theory]
    [InlineData("data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciPjxzY3JpcHQ+PC9zY3JpcHQ+PC9zdmc+")]
    [InlineData("data:image/png;base64,PGh0bWw+PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0PjwvaHRtbD4=")]
    [InlineData("data:image/png;base64,iVBORw0KGgo…")]
    [InlineData("data:image/png;base64,")]
    [InlineData("data:image/png,abc")]
    [InlineData("data:")]
    [InlineData("https://images.example/a.png")]
    [InlineData("javascript:alert(1)")]
    [InlineData("")]
    public void AnythingElse_IsNone(string text) => Assert.Null(SaidImage.Read(text));

    [Theory]
    [InlineData("https://images.example/a.png", true)]
    [InlineData("http://images.example/a.png", true)]
    [InlineData("javascript:alert(1)", false)]
    [InlineData("data:image/png;base64,AAAA", false)]
    [InlineData("file:///etc/passwd", false)]
    [InlineData("/console/sign-out", false)]
    public void OnlyAddressesOfTheWeb_BecomeLinks(string text, bool expected) => Assert.Equal(expected, SaidImage.IsOnTheWeb(text));

    [Fact]
    public void Images_HaveTheNumbersUnderWhichTheyAreFound()
    {
        const string Asked = """{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://images.example/a.png"}},{"type":"text","text":"and"},{"type":"image_url","image_url":{"url":"data:image/png;base64,PNG"}}]}]}""";
        var said = Conversation.OfRequest(Asked.Replace("PNG", Png, StringComparison.Ordinal));
        var answered = Conversation.OfAnswer("""{"output":[{"type":"image_generation_call","result":"GIF"}]}""".Replace("GIF", Gif, StringComparison.Ordinal));
        var addressed = Conversation.WithImages("/x", said, answered);
        Assert.Equal([null, "/x/1", "/x/2"], Conversation.Images(addressed).Select(part => part.Address));
        Assert.Equal("image/gif", SaidImage.Read(Conversation.Images(said, answered).ElementAt(2).Text)?.Type);
    }

    [Theory]
    [InlineData("""[{"text":"first"},{"text":"newest"}]""", "newest")]
    [InlineData("[]", null)]
    [InlineData("[7]", null)]
    [InlineData("no JSON", null)]
    [InlineData(null, null)]
    public void DecidedOn_TheNewestMessage(string? input, string? expected) => Assert.Equal(expected, DecidedOn.Prompt(input));

    [Theory]
    [InlineData("code", """{"prompt":"Grüße \"an\" <alle>","route":"code"}""")]
    [InlineData("none", """{"prompt":"Grüße \"an\" <alle>","route":null}""")]
    public void TestCase_IsALineThatTheGatewayReads(string route, string expected)
    {
        var line = System.Text.Encoding.UTF8.GetString(CaseFeed.Line("Grüße \"an\" <alle>", route));
        Assert.Equal($"{expected}\n", line);
        var read = ModelScan.RoutingApi.Configuration.Reading.LabelledPromptLine.Read(line, "here");
        Assert.Equal(("Grüße \"an\" <alle>", route == "none" ? null : route), (read.Prompt, Assert.Single(read.Right)));
    }
}
