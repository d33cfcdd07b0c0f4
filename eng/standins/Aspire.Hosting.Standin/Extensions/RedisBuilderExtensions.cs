using System.Security.Cryptography;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Adds Redis.</summary>
public static class RedisBuilderExtensions
{
    private const string PasswordCharacters = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";

    /// <summary>Adds a Redis server in a container, with a password of its own unless one is given.</summary>
    public static IResourceBuilder<RedisResource> AddRedis(
        this IDistributedApplicationBuilder builder,
        string name,
        int? port = null,
        IResourceBuilder<ParameterResource>? password = null)
    {
        var passwordResource = password?.Resource ?? new ParameterResource(
            $"{name}-password",
            () => builder.Configuration[$"Parameters:{name}-password"] ?? RandomNumberGenerator.GetString(PasswordCharacters, 22),
            secret: true);
        return builder.AddResource(new RedisResource(name, passwordResource))
            .WithEndpoint(port, targetPort: 6379, scheme: "tcp", name: "tcp")
            .WithImage("library/redis", "8.6")
            .WithImageRegistry("docker.io")
            .WithEntrypoint("/bin/sh")
            .WithEnvironment(context => context.EnvironmentVariables["REDIS_PASSWORD"] = passwordResource)
            .WithArgs("-c", "redis-server --requirepass $REDIS_PASSWORD");
    }
}
