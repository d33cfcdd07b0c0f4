namespace Aspire.Hosting.ApplicationModel;

/// <summary>A container of an image.</summary>
public class ContainerResource(string name, string? entrypoint = null)
    : Resource(name), IResourceWithEnvironment, IResourceWithArgs, IResourceWithEndpoints, IResourceWithWaitSupport
{
    /// <summary>Replaces the image's entry point.</summary>
    public string? Entrypoint { get; set; } = entrypoint;
}

/// <summary>A program that is started with arguments.</summary>
public class ExecutableResource(string name, string command, string workingDirectory)
    : Resource(name), IResourceWithEnvironment, IResourceWithArgs, IResourceWithEndpoints, IResourceWithWaitSupport
{
    /// <summary>The program: a path, or a name to be found on PATH.</summary>
    public string Command { get; } = command;

    /// <summary>The absolute directory in which it runs.</summary>
    public string WorkingDirectory { get; } = workingDirectory;
}

/// <summary>A .NET project of the solution.</summary>
public class ProjectResource(string name)
    : Resource(name), IResourceWithEnvironment, IResourceWithArgs, IResourceWithServiceDiscovery, IResourceWithWaitSupport;

/// <summary>A value that is not in the code: from configuration, or from a function.</summary>
public class ParameterResource : Resource, IValueProvider, IManifestExpressionProvider
{
    private readonly Lazy<string> _value;

    /// <summary>Creates the parameter; <paramref name="callback"/> is asked once, when the value is first needed.</summary>
    public ParameterResource(string name, Func<string> callback, bool secret = false)
        : base(name)
    {
        _value = new Lazy<string>(callback);
        Secret = secret;
    }

    /// <summary>Whether the value must not be shown.</summary>
    public bool Secret { get; }

    /// <inheritdoc/>
    public string ValueExpression => $"{{{Name}.value}}";

    /// <inheritdoc/>
    /// <exception cref="DistributedApplicationException">Nothing gives the parameter a value.</exception>
    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => new(_value.Value);

    /// <inheritdoc/>
    public ValueTask<string?> GetValueAsync(ValueProviderContext context, CancellationToken cancellationToken = default) => new(_value.Value);
}

/// <summary>A Redis server in a container.</summary>
public class RedisResource(string name, ParameterResource password) : ContainerResource(name), IResourceWithConnectionString
{
    /// <summary>The endpoint that speaks the Redis protocol.</summary>
    public EndpointReference PrimaryEndpoint => field ??= new(this, "tcp");

    /// <summary>The password that clients must give.</summary>
    public ParameterResource PasswordParameter { get; } = password;

    /// <inheritdoc/>
    public ReferenceExpression ConnectionStringExpression =>
        ReferenceExpression.Create($"{PrimaryEndpoint.Property(EndpointProperty.HostAndPort)},password={PasswordParameter}");

    /// <inheritdoc/>
    public IEnumerable<KeyValuePair<string, ReferenceExpression>> GetConnectionProperties() =>
    [
        new("Host", ReferenceExpression.Create($"{PrimaryEndpoint.Property(EndpointProperty.Host)}")),
        new("Port", ReferenceExpression.Create($"{PrimaryEndpoint.Property(EndpointProperty.Port)}")),
        new("Password", ReferenceExpression.Create($"{PasswordParameter}")),
        new("Uri", ReferenceExpression.Create($"redis://:{PasswordParameter}@{PrimaryEndpoint.Property(EndpointProperty.HostAndPort)}")),
    ];
}
