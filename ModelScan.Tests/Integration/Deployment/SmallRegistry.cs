using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ModelScan.Tests.Integration.Deployment;

/// <summary>
/// A registry on this machine that holds one image, which is made of files of this machine: what the SDK fetches as the base of the
/// gateway's image where no registry can be reached.
/// </summary>
/// <remarks>https://github.com/opencontainers/distribution-spec/blob/main/spec.md, pulling; https://github.com/opencontainers/image-spec.</remarks>
internal sealed class SmallRegistry : IAsyncDisposable
{
    private const string Manifest = "application/vnd.oci.image.manifest.v1+json";
    private readonly WebApplication _app;
    private readonly Dictionary<string, (string Type, byte[] Bytes)> _content = [];

    private SmallRegistry(WebApplication app) => _app = app;

    /// <summary>The image's name, with the registry's address.</summary>
    public string Image => $"localhost:{new Uri(_app.Urls.Single()).Port}/base:1";

    /// <summary>Starts a registry that holds an image with one layer.</summary>
    /// <param name="layer">The root file system, as tar.</param>
    /// <param name="config">The image's settings: <c>Env</c>, <c>User</c> and so on.</param>
    public static async Task<SmallRegistry> StartAsync(byte[] layer, object config)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var registry = new SmallRegistry(app);
        registry.Hold(layer, config);
        app.MapMethods("/v2/{**path}", ["GET", "HEAD"], registry.AnswerAsync);
        await app.StartAsync();
        return registry;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static string Digest(byte[] bytes) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}";

    private void Hold(byte[] layer, object config)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(layer);
        var blob = packed.ToArray();
        var settings = JsonSerializer.SerializeToUtf8Bytes(new
        {
            architecture = "amd64",
            os = "linux",
            config,
            rootfs = new { type = "layers", diff_ids = new[] { Digest(layer) } },
            history = new[] { new { created_by = "tests" } },
        });
        var manifest = JsonSerializer.SerializeToUtf8Bytes(new
        {
            schemaVersion = 2,
            mediaType = Manifest,
            config = new { mediaType = "application/vnd.oci.image.config.v1+json", digest = Digest(settings), size = settings.Length },
            layers = new[] { new { mediaType = "application/vnd.oci.image.layer.v1.tar+gzip", digest = Digest(blob), size = blob.Length } },
        });
        foreach (var bytes in (byte[][])[blob, settings])
            _content[$"base/blobs/{Digest(bytes)}"] = ("application/octet-stream", bytes);
        _content["base/manifests/1"] = _content[$"base/manifests/{Digest(manifest)}"] = (Manifest, manifest);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var path = (string?)context.Request.RouteValues["path"] ?? "";
        if (path.Length == 0)
            return;
        if (!_content.TryGetValue(path, out var found))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        context.Response.ContentType = found.Type;
        context.Response.ContentLength = found.Bytes.Length;
        context.Response.Headers["Docker-Content-Digest"] = Digest(found.Bytes);
        if (HttpMethods.IsGet(context.Request.Method))
            await context.Response.Body.WriteAsync(found.Bytes, context.RequestAborted);
    }
}
