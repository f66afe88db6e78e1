#include "server/dialects.h"

#include "dialect/activeplatform/activeplatform.h"
#include "dialect/admin/admin.h"
#include "dialect/partner/partner.h"
#include "dialect/partnership/partnership.h"
#include "dialect/signalmind/signalmind.h"

const std::vector<const service::Dialect*>& all_dialects() {
    static const std::vector<const service::Dialect*> dialects = {
        &partnership::dialect, &activeplatform::dialect, &signalmind::dialect, &partner::dialect, &admin::dialect,
    };
    return dialects;
}
