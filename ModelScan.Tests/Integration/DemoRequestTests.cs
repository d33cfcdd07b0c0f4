using System.Net.Http.Json;
using System.Text;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Integration;

/// <summary>The requests of the founding documents' demos, over HTTP against the whole application with the sample configuration.</summary>
[Collection(AppHostCollection.Name)]
public sealed class DemoRequestTests(AppHostFixture appHost)
{
    private const string Claude = "anthropic/claude-sonnet-4-20250514";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private async Task<Answer> PostAsync(string path, string body)
    {
        using var client = appHost.Gateway;
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await client.PostAsync(path, content);
        return await Answer.ReadAsync(response);
    }

    [Theory]
    [InlineData("/routing/v1/chat/completions", """{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Write a Python function that implements binary search"}]}""", "code_generation")]
    [InlineData("/routing/v1/chat/completions", """{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Write a Python function for binary search"}]}""", "code_generation")]
    [InlineData("/routing/v1/chat/completions", """{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Explain the trade-offs between microservices and monolithic architectures"}]}""", "complex_reasoning")]
    [InlineData("/routing/v1/chat/completions", """{"model":"gpt-4o-mini","messages":[{"role":"user","content":"What is the capital of France?"}]}""", null)]
    [InlineData("/routing/v1/messages", """{"model":"gpt-4o-mini","max_tokens":1024,"messages":[{"role":"user","content":"Create a REST API endpoint in Rust using actix-web that handles user registration"}]}""", "code_generation")]
    [InlineData("/routing/v1/responses", """{"model":"gpt-4o-mini","input":"Build a React component that renders a sortable data table"}""", "code_generation")]
    public async Task DemoRequest_IsRoutedAsTheDocumentsShow(string path, string body, string? route)
    {
        var answer = await PostAsync(path, body);
        Assert.Equal((200, route), (answer.Status, answer.Route));
        Assert.Equal(32, answer.Json.GetProperty("trace_id").GetString()!.Length);
    }

    [Fact]
    public async Task Ranking_IsCheapestForOneRouteAndFastestForTheOther_AndFollowsTheMock()
    {
        await UntilAsync("Write a Python function for binary search", [Claude, "openai/gpt-4o"]);
        await UntilAsync("Explain the trade-offs between microservices and monolithic architectures", ["openai/gpt-4o-mini", "openai/gpt-4o"]);
        using var mock = appHost.MetricsMock;
        using (var slow = await mock.PutAsJsonAsync($"/models/{Claude}", new { latency_seconds = 9.0 }))
            Assert.True(slow.IsSuccessStatusCode);
        await UntilAsync("Write a Python function for binary search", ["openai/gpt-4o", Claude]);
        using var reset = await mock.PostAsync("/reset", null);
        Assert.True(reset.IsSuccessStatusCode);
    }

    [Theory]
    [InlineData("/v1/chat/completions", """{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Write a Python function for binary search"}]}""", "choices")]
    [InlineData("/v1/messages", """{"model":"gpt-4o-mini","max_tokens":100,"messages":[{"role":"user","content":"Write a Python function for binary search"}]}""", "content")]
    [InlineData("/v1/responses", """{"model":"gpt-4o-mini","input":"Write a Python function for binary search"}""", "output")]
    public async Task ProxiedRequest_WithoutAnyKey_IsAnsweredInTheClientsFormatByAModelOfTheRoute(string path, string body, string member)
    {
        var answer = await PostAsync(path, body);
        Assert.True(answer.Status == 200, answer.Text);
        Assert.Equal(("policy", "code_generation", "1"), (answer.Headers["x-modelscan-mode"], answer.Headers["x-modelscan-route"], answer.Headers["x-modelscan-attempts"]));
        Assert.Contains(answer.Headers["x-modelscan-model"], (string[])[Claude, "openai/gpt-4o"]);
        Assert.Equal(System.Text.Json.JsonValueKind.Array, answer.Json.GetProperty(member).ValueKind);
    }

    private Task UntilAsync(string prompt, string[] models) => Eventually.TrueAsync(
        async () => (await PostAsync("/routing/v1/chat/completions", GatewayUnderTest.Chat(prompt))).Models.SequenceEqual(models),
        $"the models are {string.Join(", ", models)}",
        Patience);
}
