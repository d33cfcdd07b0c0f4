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
using ModelScan.Tests.Endpoints;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Providers;

public sealed class UpstreamClientsTests
{
    [Fact]
    public async Task Provider_ThatOffersHttp2_IsSpokenToInIt()
    {
        using var key = RSA.Create(2048);
        using var certificate = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http1AndHttp2;
            listen.UseHttps(new HttpsConnectionAdapterOptions { ServerCertificate = certificate });
        }));
        await using var provider = builder.Build();
        provider.MapPost("/v1/chat/completions", context =>
        {
            context.Response.ContentType = "text/event-stream";
            return context.Response.WriteAsync($"data: {context.Request.Protocol}\n\n");
        });
        await provider.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(
            ProxyConfig.At(new Uri(provider.Urls.Single())),
            services => services.AddSingleton(container => new UpstreamClients(
                container.GetRequiredService<IHttpMessageHandlerFactory>(),
                handler => handler.SslOptions.RemoteCertificateValidationCallback = (_, presented, _, _) => presented?.GetCertHashString() == certificate.GetCertHashString())));
        Assert.Equal("data: HTTP/2\n\n", (await gateway.PostAsync("/v1/chat/completions", """{"model":"gpt-4o","stream":true}""")).Text);
    }
}
