// Devices that take everything and compute nothing, for a llama-server of one's own to lay models on: GGML_BACKEND_PATH names the library that
// this becomes, IMAGINED_FREE_MIB the free memory of each device ("24000,12000"). Built against the sources that the server was built from.
#include "ggml-backend-impl.h"
#include "ggml-backend.h"

#include <cstdlib>
#include <cstring>
#include <sstream>
#include <string>
#include <vector>

namespace {

struct Device {
    std::string name;
    size_t free_bytes;
    ggml_backend_device dev;
    ggml_backend_buffer_type buft;
    // RAM that the device reads from, as CUDA has it: what stays on the CPU lies there, and batches of it are computed on the device.
    ggml_backend_buffer_type host;
};

std::vector<Device> & devices() {
    static std::vector<Device> all;
    return all;
}

ggml_backend_reg registry;

Device & of(ggml_backend_dev_t dev) {
    return *static_cast<Device *>(dev->context);
}

// Memory that is only an address: tensors get one, and nothing is ever read or written there.
ggml_backend_buffer_t allocate(ggml_backend_buffer_type_t buft, size_t size) {
    ggml_backend_buffer_i i = {};
    i.get_base = [](ggml_backend_buffer_t) { return reinterpret_cast<void *>(0x1000); };
    i.free_buffer = [](ggml_backend_buffer_t) {};
    i.memset_tensor = [](ggml_backend_buffer_t, ggml_tensor *, uint8_t, size_t, size_t) {};
    i.set_tensor = [](ggml_backend_buffer_t, ggml_tensor *, const void *, size_t, size_t) {};
    i.get_tensor = [](ggml_backend_buffer_t, const ggml_tensor *, void * data, size_t, size_t size) { memset(data, 0, size); };
    i.clear = [](ggml_backend_buffer_t, uint8_t) {};
    return ggml_backend_buffer_init(buft, i, nullptr, size);
}

size_t copied(const ggml_tensor * cache) {
    return cache->type == GGML_TYPE_F16 ? 0 : ggml_nelements(cache) * 2;
}

// As ggml-cuda asks for it: rows of quantized tensors are padded, and flash attention over a quantized cache keeps f16 copies of it.
size_t allocated(ggml_backend_buffer_type_t, const ggml_tensor * tensor) {
    const int64_t width = tensor->ne[0];
    const bool padded = ggml_is_quantized(tensor->type) && width % 512 != 0;
    size_t bytes = ggml_nbytes(tensor) + (padded ? ggml_row_size(tensor->type, 512 - width % 512) : 0);
    if (tensor->op != GGML_OP_FLASH_ATTN_EXT) return bytes;
    const ggml_tensor * query = tensor->src[0];
    if (query->ne[0] <= 256 && query->ne[1] <= 1) return bytes;
    for (const ggml_tensor * cache : { tensor->src[1], tensor->src[2] }) {
        if (copied(cache) > 0) bytes = GGML_PAD(bytes, 128) + copied(cache);
    }
    return bytes;
}

ggml_backend_t start(ggml_backend_dev_t dev, const char *) {
    static ggml_guid guid = { 0x67, 0x66 };
    ggml_backend_i i = {};
    i.get_name = [](ggml_backend_t backend) { return of(backend->device).name.c_str(); };
    i.free = [](ggml_backend_t backend) { delete backend; };
    i.synchronize = [](ggml_backend_t) {};
    i.graph_compute = [](ggml_backend_t, ggml_cgraph *) { return GGML_STATUS_SUCCESS; };
    return new ggml_backend{ &guid, i, dev, nullptr };
}

// What ggml-cuda computes although the weights lie elsewhere: batches of at least 32.
bool offloads(ggml_backend_dev_t, const ggml_tensor * op) {
    switch (op->op) {
        case GGML_OP_GET_ROWS: return false;
        case GGML_OP_MUL_MAT: return op->ne[1] >= 32;
        case GGML_OP_MUL_MAT_ID:
        case GGML_OP_ROPE:
        case GGML_OP_ROPE_BACK: return op->ne[2] >= 32;
        default: return ggml_nrows(op) >= 32;
    }
}

void fill(Device & device) {
    device.buft = {};
    device.buft.iface.get_name = [](ggml_backend_buffer_type_t buft) { return of(buft->device).name.c_str(); };
    device.buft.iface.alloc_buffer = allocate;
    device.buft.iface.get_alignment = [](ggml_backend_buffer_type_t) { return size_t(128); };
    device.buft.iface.get_alloc_size = allocated;
    device.buft.device = &device.dev;
    device.host = *ggml_backend_dev_buffer_type(ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU));
    device.host.iface.get_name = [](ggml_backend_buffer_type_t) { return "IMG_Host"; };
    device.host.device = &device.dev;
    device.dev = {};
    auto & i = device.dev.iface;
    i.get_name = [](ggml_backend_dev_t dev) { return of(dev).name.c_str(); };
    i.get_description = i.get_name;
    i.get_memory = [](ggml_backend_dev_t dev, size_t * free, size_t * total) { *free = *total = of(dev).free_bytes; };
    i.get_type = [](ggml_backend_dev_t) { return GGML_BACKEND_DEVICE_TYPE_GPU; };
    i.get_props = [](ggml_backend_dev_t dev, ggml_backend_dev_props * props) {
        *props = {};
        props->name = props->description = of(dev).name.c_str();
        props->type = GGML_BACKEND_DEVICE_TYPE_GPU;
        props->memory_free = props->memory_total = of(dev).free_bytes;
        props->caps.async = props->caps.events = props->caps.host_buffer = props->caps.mmap_support = true;
    };
    i.init_backend = start;
    i.get_buffer_type = [](ggml_backend_dev_t dev) { return &of(dev).buft; };
    i.get_host_buffer_type = [](ggml_backend_dev_t dev) { return &of(dev).host; };
    i.supports_op = [](ggml_backend_dev_t, const ggml_tensor *) { return true; };
    i.supports_buft = [](ggml_backend_dev_t dev, ggml_backend_buffer_type_t buft) { return buft == &of(dev).buft; };
    i.offload_op = offloads;
    device.dev.reg = &registry;
    device.dev.context = &device;
}

}  // namespace

extern "C" ggml_backend_reg_t ggml_backend_init(void) {
    const char * free_mib = getenv("IMAGINED_FREE_MIB");
    std::istringstream sizes(free_mib ? free_mib : "");
    for (std::string size; std::getline(sizes, size, ',');) {
        const std::string name = "IMG" + std::to_string(devices().size());
        devices().push_back({ name, std::stoull(size) << 20, {}, {}, {} });
    }
    for (auto & device : devices()) fill(device);
    registry.api_version = GGML_BACKEND_API_VERSION;
    registry.iface.get_name = [](ggml_backend_reg_t) { return "IMG"; };
    registry.iface.get_device_count = [](ggml_backend_reg_t) { return devices().size(); };
    registry.iface.get_device = [](ggml_backend_reg_t, size_t index) { return &devices()[index].dev; };
    registry.iface.get_proc_address = [](ggml_backend_reg_t, const char *) -> void * { return nullptr; };
    return &registry;
}
