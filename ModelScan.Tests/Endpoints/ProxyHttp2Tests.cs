using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ModelScan.RoutingApi.Providers;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Endpoints;

/// <summary>A provider that speaks HTTP/2, as most do: to clients of its own format and of another.</summary>
public sealed class ProxyHttp2Tests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData("chat", false)]
    [InlineData("chat", true)]
    [InlineData("messages", false)]
    [InlineData("messages", true)]
    [InlineData("responses", true)]
    public async Task Answer_OverHttp2_Arrives(string client, bool stream)
    {
        var protocol = "";
        var words = FormatWords.Of(client);
        await using var rig = await Rig.StartAsync(async context =>
        {
            protocol = context.Request.Protocol;
            context.Response.ContentType = stream ? "text/event-stream" : "application/json";
            await context.Response.WriteAsync(stream ? FormatWords.Chat.Text("é🙂") + FormatWords.Chat.End : FormatWords.Chat.Whole("é🙂"));
        });
        var answer = await rig.Gateway.PostAsync(words.Path, words.Ask("groq/llama-3.3-70b", stream), ("authorization", "Bearer own"));
        Assert.Equal((200, "HTTP/2", "é🙂"), (answer.Status, protocol, stream ? words.TextOf(answer.Text) : words.TextOf(answer.Json)));
    }

    [Theory]
    [Trait("Complaint", "10")]
    [InlineData("chat")]
    [InlineData("messages")]
    [InlineData("responses")]
    public async Task ProviderResetsItsStream_ClientGetsAnErrorOfItsFormat(string client)
    {
        var words = FormatWords.Of(client);
        using var goOn = new SemaphoreSlim(0);
        await using var rig = await Rig.StartAsync(async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync(FormatWords.Chat.Text("one-"));
            await context.Response.Body.FlushAsync();
            await goOn.WaitAsync(Patience);
            context.Abort();
        });
        using var request = new HttpRequestMessage(HttpMethod.Post, words.Path) { Content = new StringContent(words.Ask("groq/llama-3.3-70b", stream: true), null, "application/json") };
        request.Headers.TryAddWithoutValidation("authorization", "Bearer own");
        using var response = await rig.Gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        goOn.Release();
        var (stream, isCut) = await Answer.ReadTextAsync(response).WaitAsync(Patience);
        Assert.Equal("one-", words.TextOf(stream));
        Assert.Equal((true, client == "chat"), (isCut, words.ErrorOf(stream) is null));
        if (client != "chat")
            Assert.Equal("groq: connection lost", words.ErrorOf(stream));
    }

    [Theory]
    [Trait("Complaint", "5")]
    [InlineData("chat")]
    [InlineData("messages")]
    public async Task ClientLeaves_TheProvidersStreamIsReset(string client)
    {
        var words = FormatWords.Of(client);
        var left = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var rig = await Rig.StartAsync(async context =>
        {
            context.RequestAborted.Register(left.SetResult);
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync(FormatWords.Chat.Text("one-"));
            await context.Response.Body.FlushAsync();
            await left.Task.WaitAsync(Patience);
        });
        using var request = new HttpRequestMessage(HttpMethod.Post, words.Path) { Content = new StringContent(words.Ask("groq/llama-3.3-70b", stream: true), null, "application/json") };
        request.Headers.TryAddWithoutValidation("authorization", "Bearer own");
        using (await rig.Gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead))
        {
            // The answer has begun; nobody reads it.
        }

        await left.Task.WaitAsync(Patience);
    }

    /// <summary>A provider with a certificate of its own, which the gateway trusts, that offers HTTP/2 and HTTP/1.1.</summary>
    private sealed class Rig(WebApplication provider, GatewayUnderTest gateway, X509Certificate2 certificate) : IAsyncDisposable
    {
        public GatewayUnderTest Gateway => gateway;

        public static async Task<Rig> StartAsync(RequestDelegate answer)
        {
            using var key = RSA.Create(2048);
            var certificate = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
                .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
            {
                listen.Protocols = HttpProtocols.Http1AndHttp2;
                listen.UseHttps(new HttpsConnectionAdapterOptions { ServerCertificate = certificate });
            }));
            var provider = builder.Build();
            provider.Run(answer);
            await provider.StartAsync();
            var gateway = await GatewayUnderTest.StartAsync(
                ProxyConfig.At(new Uri(provider.Urls.Single())),
                services => services.AddSingleton(container => new UpstreamClients(
                    container.GetRequiredService<IHttpMessageHandlerFactory>(),
                    handler => handler.SslOptions.RemoteCertificateValidationCallback = (_, presented, _, _) => presented?.GetCertHashString() == certificate.GetCertHashString())));
            return new Rig(provider, gateway, certificate);
        }

        public async ValueTask DisposeAsync()
        {
            await gateway.DisposeAsync();
            await provider.DisposeAsync();
            certificate.Dispose();
        }
    }
}
