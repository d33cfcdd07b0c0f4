using System.ComponentModel;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ModelContextProtocol;
using ModelContextProtocol.Server;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Guards;

/// <summary>Filters of type mcp, asked over the wire at servers of the official SDK: with sessions, and without.</summary>
public sealed class McpFilterTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Request_ToolChangesIt_TheProviderSeesThat(bool stateless)
    {
        await using var server = await McpServer.StartAsync(stateless);
        await using var provider = new EchoProvider();
        await using var gateway = await GatewayUnderTest.StartAsync(Config(provider, server.Url, "rewrite"));
        for (var i = 0; i < 3; i++)
        {
            var (path, body) = EchoProvider.Ask("chat", "a secret plan");
            var answer = await gateway.PostAsync(path, body);
            Assert.Equal((200, "a nothing plan"), (answer.Status, EchoProvider.TextOf(answer.Text)));
            Assert.Equal("guard: changed", answer.Headers["x-modelscan-guards"]);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Request_ToolRefuses_ClientIsTold400WithItsText(bool stateless)
    {
        await using var server = await McpServer.StartAsync(stateless);
        await using var provider = new EchoProvider();
        await using var gateway = await GatewayUnderTest.StartAsync(Config(provider, server.Url, "refuse"));
        var (path, body) = EchoProvider.Ask("messages", "hello");
        var answer = await gateway.PostAsync(path, body);
        Assert.Equal(400, answer.Status);
        Assert.Contains("not with us", answer.Json.GetProperty("error").GetProperty("details").GetProperty("agent_response").GetString(), StringComparison.Ordinal);
        Assert.Empty(provider.Requests);
    }

    [Fact]
    public async Task Request_ServerIsStartedAnew_TheNextOneOpensANewSession()
    {
        await using var provider = new EchoProvider();
        var port = FreePort.Find();
        await using var gateway = await GatewayUnderTest.StartAsync(Config(provider, $"http://127.0.0.1:{port}/mcp", "rewrite"));
        var (path, body) = EchoProvider.Ask("chat", "a secret plan");
        Assert.Equal(500, (await gateway.PostAsync(path, body)).Status);
        await using (await McpServer.StartAsync(stateless: false, port))
            Assert.Equal("a nothing plan", EchoProvider.TextOf((await gateway.PostAsync(path, body)).Text));
        await using (await McpServer.StartAsync(stateless: false, port))
            Assert.Equal("a nothing plan", EchoProvider.TextOf((await gateway.PostAsync(path, body)).Text));
    }

    [Fact]
    public async Task Request_NoServer_IsRefused()
    {
        await using var provider = new EchoProvider();
        await using var gateway = await GatewayUnderTest.StartAsync(Config(provider, $"http://127.0.0.1:{FreePort.Find()}/mcp", "rewrite"));
        var (path, body) = EchoProvider.Ask("chat", "hello");
        var answer = await gateway.PostAsync(path, body);
        Assert.Equal(500, answer.Status);
        Assert.StartsWith("Filter chain processing failed: filter 'guard': ", answer.Json.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answer_ToolChangesIt_TheClientSeesThat()
    {
        await using var server = await McpServer.StartAsync(stateless: true);
        await using var provider = new EchoProvider { Says = "a secret plan", Piece = 100 };
        await using var gateway = await GatewayUnderTest.StartAsync(Config(provider, server.Url, "rewrite_text", "output_filters: [guard]"));
        foreach (var stream in (bool[])[false, true])
        {
            var (path, body) = EchoProvider.Ask("chat", "hello", stream);
            Assert.Equal("a nothing plan", EchoProvider.TextOf((await gateway.PostAsync(path, body)).Text));
        }
    }

    private static string Config(EchoProvider provider, string url, string tool, string listener = "input_filters: [guard]") =>
        provider.Config($$"""filters: [{ id: guard, type: mcp, transport: streamable-http, url: "{{url}}", tool: {{tool}} }]""", listener);

    private sealed class McpServer(WebApplication app) : IAsyncDisposable
    {
        public string Url => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() + "/mcp";

        public static async Task<McpServer> StartAsync(bool stateless, int port = 0)
        {
            var builder = WebApplication.CreateBuilder(["--urls", $"http://127.0.0.1:{port}"]);
            builder.Logging.ClearProviders();
            builder.Services.AddMcpServer().WithHttpTransport(options => options.Stateless = stateless).WithTools<Tools>();
            var app = builder.Build();
            app.MapMcp("/mcp");
            await app.StartAsync();
            return new McpServer(app);
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();
    }

    [McpServerToolType]
    private sealed class Tools
    {
        [McpServerTool(Name = "rewrite"), Description("Changes a request.")]
        public static string Rewrite(JsonElement body, string path) =>
            path == "/v1/chat/completions" ? body.GetRawText().Replace("secret", "nothing", StringComparison.Ordinal) : throw new McpException("not with us");

        [McpServerTool(Name = "rewrite_text"), Description("Changes a text.")]
        public static string RewriteText(string body, string path) => body.Replace("secret", path.Length > 0 ? "nothing" : "", StringComparison.Ordinal);

        [McpServerTool(Name = "refuse"), Description("Refuses.")]
        public static string Refuse(JsonElement body, string path) => throw new McpException($"not with us: {path} {body.ValueKind}");
    }
}
