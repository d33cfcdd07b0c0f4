using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ModelScan.Tests.Support;

/// <summary>A server at an https address that cannot be trusted: it signed its certificate itself, or does not speak TLS at all.</summary>
internal sealed class HttpsServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private HttpsServer(WebApplication app) => _app = app;

    /// <summary>Its address; it says https in either case.</summary>
    public Uri Address => new UriBuilder(_app.Urls.Single()) { Scheme = "https" }.Uri;

    public static async Task<HttpsServer> StartAsync(bool speaksTls)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (speaksTls)
                listen.UseHttps(OwnCertificate());
        }));
        var app = builder.Build();
        app.Run(context => context.Response.WriteAsync("{\"ok\":true}"));
        await app.StartAsync();
        return new HttpsServer(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static X509Certificate2 OwnCertificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null);
    }
}
