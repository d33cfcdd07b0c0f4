using System.Text;
using System.Text.Json;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Endpoints;

/// <summary>Large and odd requests get an answer or a clean 4xx, and the gateway goes on.</summary>
public sealed class LargeInputTests(LargeInputTests.Gateway gateway) : IClassFixture<LargeInputTests.Gateway>
{
    private const string Coding = "write a function that generates code";

    [Fact]
    public async Task PromptOfTwoMegabytes_IsDecided() =>
        Assert.Equal(200, (await gateway.Value.DecideAsync(Coding + new string('x', 2 << 20))).Status);

    [Fact]
    public async Task PromptOfTwoMillionSpacesAndWords_IsDecided() =>
        Assert.Equal(200, (await gateway.Value.DecideAsync(string.Concat(Enumerable.Repeat("code ", 400_000)))).Status);

    [Fact]
    public async Task TenThousandMessages_AreDecidedByTheNewest()
    {
        var messages = Enumerable.Range(0, 10_000).Select(i => new { role = i % 2 == 0 ? "user" : "assistant", content = $"message {i}" }).Append(new { role = "user", content = Coding });
        var answer = await gateway.Value.PostAsync("/routing/v1/chat/completions", JsonSerializer.Serialize(new { messages }));
        Assert.Equal((200, "code_generation"), (answer.Status, answer.Route));
    }

    [Fact]
    public async Task SixtyInlineRoutes_AreDecided()
    {
        var routes = Enumerable.Range(0, 60).Select(i => new { name = $"r{i}", description = i == 25 ? "writing functions, generating code" : $"questions about topic number {i}", models = new[] { $"x/m{i}" } });
        var body = JsonSerializer.Serialize(new { messages = new[] { new { role = "user", content = Coding } }, routing_preferences = routes });
        var answer = await gateway.Value.PostAsync("/routing/v1/chat/completions", body);
        Assert.Equal((200, "r25"), (answer.Status, answer.Route));
    }

    [Fact]
    public async Task InvalidUtf8_Is400()
    {
        using var content = new ByteArrayContent([.. "{\"input\":\""u8, 0xFF, 0xFE, .. "\"}"u8]);
        using var response = await gateway.Value.Client.PostAsync("/routing/v1/responses", content);
        Assert.Equal(400, (int)response.StatusCode);
    }

    [Theory]
    [InlineData(1000, 200)]
    [InlineData(100_000, 400)]
    public async Task DeepNesting_IsDecidedOrRefused(int levels, int status)
    {
        var deep = new StringBuilder().Append('[', levels).Append(']', levels);
        Assert.Equal(status, (await gateway.Value.PostAsync("/routing/v1/responses", $"{{\"metadata\":{deep},\"input\":\"{Coding}\"}}")).Status);
    }

    [Theory]
    [InlineData("   ")]
    [InlineData("😀😀😀")]
    [InlineData("\u202Eمرحبا بالعالم")]
    [InlineData("\u0000\u0001\u0002")]
    public async Task OddPrompt_IsDecided(string prompt) => Assert.Equal(200, (await gateway.Value.DecideAsync(prompt)).Status);

    /// <summary>A running gateway.</summary>
    public sealed class Gateway : IAsyncLifetime
    {
        internal GatewayUnderTest Value { get; private set; } = null!;

        public async Task InitializeAsync() => Value = await GatewayUnderTest.StartAsync(TestConfig.Empty
            .Model("openai/gpt-4o", key: null)
            .Route("code_generation", TestConfig.WritingCode, ["openai/gpt-4o"]));

        public async Task DisposeAsync() => await Value.DisposeAsync();
    }
}
